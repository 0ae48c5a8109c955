//! HL7 v2 ADT messages.
pub struct Options {
    pub create_patients: bool,
    pub team: String,
    pub progress: bool,
}
pub async fn import(_: &crate::Cx, _: &[std::path::PathBuf], _: &Options) -> crate::Result<super::report::Report> {
    Ok(Default::default())
}
