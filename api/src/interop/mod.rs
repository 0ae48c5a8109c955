//! The world's formats, turned into commands of the capabilities.
pub mod fhir;
pub mod hl7v2;
