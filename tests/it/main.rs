mod import_fhir;
mod import_fhir_golden;
