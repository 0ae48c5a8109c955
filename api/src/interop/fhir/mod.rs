//! FHIR R4 bundles and NDJSON.
pub struct Options {
    pub team: String,
    pub progress: bool,
}
pub async fn import(_: &crate::Cx, _: &[std::path::PathBuf], _: &Options) -> crate::Result<super::report::Report> {
    Ok(Default::default())
}
