//! The portal is embedded in the server, so its folder must exist before the server is compiled.
//! Without a built portal the folder is empty, and the server says so in the browser.

fn main() -> std::io::Result<()> {
    std::fs::create_dir_all("../portal/dist")?;
    println!("cargo::rerun-if-changed=../portal/dist");
    Ok(())
}
