//! What stands on a region's page, from its file to whoever draws it.

use serde_json::json;

use crate::support::telling::Telling;

#[tokio::test]
async fn a_region_tells_the_panels_of_its_page_in_the_order_of_its_file() {
    let server = Telling::new(r#"panels = ["triage", "machines", "sources", "closed"]"#, "").start().await;
    let data = server.graphql("{ regions { id panels } }", json!({})).await;
    let expected = json!([
        { "id": "denmark", "panels": ["triage", "machines", "sources", "closed"] },
        { "id": "unassigned", "panels": ["triage", "sources", "machines", "closed"] },
    ]);
    assert_eq!(data["regions"], expected);
}
