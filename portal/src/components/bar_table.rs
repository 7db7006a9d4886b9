//! A table whose numbers are bars too.

use leptos::prelude::*;

use super::Link;
use crate::model::{Page, bar_percent};
use crate::state::texts;

/// A line of the table.
#[derive(Default)]
pub(super) struct BarRow {
    pub(super) name: String,
    /// Where the name leads.
    pub(super) to: Option<Page>,
    /// For style sheets.
    pub(super) kind: &'static str,
    pub(super) count: u32,
    /// How long all together, in words.
    pub(super) open_time: Option<String>,
}

/// Names, numbers and bars; nothing where there are no lines.
#[component]
pub(super) fn BarTable(title: &'static str, rows: Vec<BarRow>) -> impl IntoView {
    let words = &texts().report;
    let most = rows.iter().map(|row| row.count).max()?;
    let timed = rows.iter().any(|row| row.open_time.is_some());
    let rows = rows.into_iter().map(|row| row_view(row, most)).collect::<Vec<_>>();
    Some(view! {
        <section class="report__part">
            <table class="bars">
                <caption class="machine__heading">{title}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.name}</th>
                        <th scope="col" class="bars__number">{words.count}</th>
                        {timed.then(|| view! { <th scope="col" class="bars__number">{words.open_time}</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    })
}

fn row_view(row: BarRow, most: u32) -> AnyView {
    let share = [bar_percent(row.count, most).to_string().as_str(), "%"].concat();
    let name = match row.to {
        Some(to) => view! { <Link to>{row.name}</Link> }.into_any(),
        None => row.name.into_any(),
    };
    view! {
        <tr class="bars__row" data-kind=row.kind style:--share=share>
            <th scope="row">{name}</th>
            <td class="bars__number">{row.count}</td>
            {row.open_time.map(|time| view! { <td class="bars__number">{time}</td> })}
        </tr>
    }
    .into_any()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod in_browser {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::stage::Stage;

    fn row(name: &str, count: u32) -> BarRow {
        BarRow { name: name.to_owned(), count, ..BarRow::default() }
    }

    #[wasm_bindgen_test]
    async fn the_longest_bar_is_full_and_the_others_are_a_share_of_it() {
        let rows = || vec![row("dk-1", 8), row("dk-2", 2)];
        let stage = Stage::set(move || view! { <BarTable title="Machines" rows=rows() /> }.into_any()).await;
        let share =
            |nth| stage.attribute(&format!(".bars__row:nth-child({nth})"), "style").unwrap_or_default();
        assert!(share(1).contains("100%") && share(2).contains("25%"), "{} {}", share(1), share(2));
    }

    #[wasm_bindgen_test]
    async fn a_table_without_lines_is_not_there() {
        let stage = Stage::set(|| view! { <BarTable title="Machines" rows=Vec::new() /> }.into_any()).await;
        assert_eq!(stage.count("table"), 0);
    }
}
