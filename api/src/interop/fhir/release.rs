//! Which release of FHIR a resource is of. Huddle takes R4 (4.0 and 4.3) and refuses what it would misread.
//!
//! Few files say their release, so it is told by what a resource is called and by what no R4 resource holds.

/// The resource types of R4 and R4B.
const KINDS: &str = " Account ActivityDefinition AdministrableProductDefinition AdverseEvent AllergyIntolerance \
    Appointment AppointmentResponse AuditEvent Basic Binary BiologicallyDerivedProduct BodyStructure Bundle \
    CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition Citation Claim ClaimResponse \
    ClinicalImpression ClinicalUseDefinition CodeSystem Communication CommunicationRequest CompartmentDefinition \
    Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse \
    DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport \
    DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest \
    EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceReport EvidenceVariable ExampleScenario \
    ExplanationOfBenefit FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService \
    ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide Ingredient \
    InsurancePlan Invoice Library Linkage List Location ManufacturedItemDefinition Measure MeasureReport Media \
    Medication MedicationAdministration MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement \
    MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductDefinition \
    MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured \
    MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition \
    MessageHeader MolecularSequence NamingSystem NutritionOrder NutritionProduct Observation ObservationDefinition \
    OperationDefinition OperationOutcome Organization OrganizationAffiliation PackagedProductDefinition Parameters \
    Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Procedure \
    Provenance Questionnaire QuestionnaireResponse RegulatedAuthorization RelatedPerson RequestGroup \
    ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment \
    RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition \
    StructureDefinition StructureMap Subscription SubscriptionStatus SubscriptionTopic Substance \
    SubstanceDefinition SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation \
    SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities \
    TestReport TestScript ValueSet VerificationResult VisionPrescription ";

pub fn is_kind(kind: &str) -> bool {
    !kind.is_empty() && !kind.contains(' ') && KINDS.contains(&format!(" {kind} "))
}

/// The shape of an element, as far as releases differ in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Text,
    List,
    Other,
}

/// Why an element at the top of a resource cannot be R4's; none where it may be.
pub fn foreign(kind: &str, element: &str, shape: Shape) -> Option<&'static str> {
    let stu3 = "is FHIR STU3 or older, not R4";
    let r5 = "is FHIR R5 or newer, not R4";
    match (kind, element, shape) {
        ("Patient", "animal" | "careProvider", _)
        | ("Practitioner", "role" | "practitionerRole", _)
        | ("Encounter", "patient" | "indication", _)
        | ("Encounter", "class", Shape::Text)
        | ("Condition", "patient" | "dateRecorded" | "assertedDate", _)
        | ("Condition" | "AllergyIntolerance", "clinicalStatus" | "verificationStatus", Shape::Text)
        | ("AllergyIntolerance", "substance" | "assertedDate", _)
        | ("Observation", "comment" | "comments" | "context" | "related", _)
        | ("Procedure", "notDone" | "notPerformed" | "context", _)
        | ("Immunization", "notGiven" | "wasNotGiven" | "vaccinationProtocol" | "explanation", _)
        | ("MedicationRequest" | "CarePlan" | "CareTeam" | "DiagnosticReport" | "Task", "context", _)
        | ("CarePlan", "definition" | "relatedPlan", _)
        | ("DiagnosticReport", "codedDiagnosis" | "image", _)
        | ("Task", "definitionUri" | "definitionReference", _)
        | ("Goal", "status", _)
        | ("Appointment", "incomingReferral", _) => Some(stu3),
        ("Encounter", "class", Shape::List)
        | ("Encounter", "actualPeriod" | "plannedStartDate", _)
        | ("Procedure", "occurrenceDateTime" | "occurrencePeriod", _)
        | ("CareTeam", "reason", _)
        | ("Task", "requestedPerformer" | "requestedPeriod", _) => Some(r5),
        _ => None,
    }
}

/// Code systems that R4 moved to `terminology.hl7.org`.
pub fn is_old_code_system(system: &str) -> bool {
    system == "http://hl7.org/fhir/identifier-type"
        || system.starts_with("http://hl7.org/fhir/v2/")
        || system.starts_with("http://hl7.org/fhir/v3/")
}

/// For the resources that say so.
pub fn is_r4(version: &str) -> bool {
    version.starts_with("4.0") || version.starts_with("4.1") || version.starts_with("4.3")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_releases_are_told_by_what_r4_does_not_have() {
        assert!(is_kind("Patient") && is_kind("ValueSet") && is_kind("Account"));
        assert!(!is_kind("ProcedureRequest") && !is_kind("") && !is_kind("Claim ClaimResponse") && !is_kind("laim"));
        assert!(foreign("Condition", "clinicalStatus", Shape::Text).is_some());
        assert!(foreign("Condition", "clinicalStatus", Shape::Other).is_none());
        assert!(foreign("Encounter", "class", Shape::List).is_some());
        assert!(is_old_code_system("http://hl7.org/fhir/identifier-type"));
        assert!(!is_old_code_system("http://hl7.org/fhir/sid/us-ssn"));
        assert!(is_r4("4.0.1") && !is_r4("3.0.2") && !is_r4("5.0.0"));
    }
}
