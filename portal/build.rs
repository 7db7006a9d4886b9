//! Tells cynic which schema the portal is typed against.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    cynic_codegen::register_schema("cineportal").from_sdl_file("../schema/schema.graphql")?.as_default()?;
    Ok(())
}
