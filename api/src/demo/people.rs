//! The staff of the demonstration practice: three care teams, and those who look after all of them.
use super::{Practice, dice::Dice};
use chrono::Duration;
use entity::{
    care_team, care_team_member,
    ids::{CareTeamId, StaffId},
    sensitivity::{Labels, Sensitivity},
    staff::{self, StaffRole},
};

pub const TEAMS: [&str; 3] = ["Cedar", "Maple", "Willow"];

pub struct Person {
    pub email: &'static str,
    pub name: &'static str,
    pub role: StaffRole,
    pub credential: Option<&'static str>,
    /// Indices of [`TEAMS`].
    pub teams: &'static [usize],
    /// Of each team that they are on, in the unit of `caseload::rules`.
    pub capacity: Option<f64>,
}

/// Who speaks what besides English.
const LANGUAGES: [(&str, &str); 6] = [
    ("coordinator@demo.example", "es"),
    ("mina.haq@cedar.demo.example", "ur hi"),
    ("devon.clarke@cedar.demo.example", "es"),
    ("nurse@maple.demo.example", "pt"),
    ("ewa.malik@maple.demo.example", "pl"),
    ("rosa.jimenez@willow.demo.example", "es"),
];

fn languages(email: &str) -> &'static str {
    LANGUAGES.iter().find(|(known, _)| *known == email).map_or("", |(_, languages)| languages)
}

/// Reviews emergency access; has no clearance of her own.
const PRIVACY_OFFICER: &str = "manager@demo.example";
/// Who sees confidential patients besides those who do by their role.
const CLEARED: [(&str, &[Sensitivity]); 3] = [
    ("clinician@demo.example", &[Sensitivity::SubstanceUse, Sensitivity::Restricted]),
    ("luis.ortega@cedar.demo.example", &[Sensitivity::SubstanceUse]),
    ("anselm.okoro@maple.demo.example", &[Sensitivity::SubstanceUse]),
];

impl Person {
    fn clearances(&self) -> Labels {
        CLEARED
            .iter()
            .filter(|(email, _)| *email == self.email)
            .flat_map(|(_, labels)| labels.iter().copied())
            .collect()
    }
}

const fn person(
    email: &'static str,
    (name, credential): (&'static str, &'static str),
    role: StaffRole,
    (teams, capacity): (&'static [usize], f64),
) -> Person {
    let credential = if credential.is_empty() { None } else { Some(credential) };
    let capacity = if capacity > 0.0 { Some(capacity) } else { None };
    Person { email, name, role, credential, teams, capacity }
}

use StaffRole::{
    Administrator, CareCoordinator, Clinician, FrontDesk, Manager, MedicalAssistant, Nurse, Pharmacist, SocialWorker,
};

/// The first eight are the ones that people are told about.
pub const PEOPLE: [Person; 34] = [
    person("coordinator@demo.example", ("Alma Reyes", "CCM"), CareCoordinator, (&[0], 165.0)),
    person("nurse@demo.example", ("Nadia Osei", "RN"), Nurse, (&[0], 45.0)),
    person("nurse2@demo.example", ("Tom Albright", "LPN"), Nurse, (&[0], 6.0)),
    person("ma@demo.example", ("Jo Pham", "CMA"), MedicalAssistant, (&[0], 6.0)),
    person("clinician@demo.example", ("Dr. Ingrid Solheim", "MD"), Clinician, (&[0], 4.0)),
    person("manager@demo.example", ("Priscilla Vance", "MHA"), Manager, (&[], 0.0)),
    person("nurse@maple.demo.example", ("Beatriz Coelho", "RN"), Nurse, (&[1], 45.0)),
    person("admin@demo.example", ("Sam Whitlock", ""), Administrator, (&[], 0.0)),
    // Cedar
    person("devon.clarke@cedar.demo.example", ("Devon Clarke", "BSW"), CareCoordinator, (&[0], 140.0)),
    person("mina.haq@cedar.demo.example", ("Mina Haq", "RN, CCM"), CareCoordinator, (&[0], 120.0)),
    person("ruth.adeyemi@cedar.demo.example", ("Ruth Adeyemi", "RN"), Nurse, (&[0], 45.0)),
    person("luis.ortega@cedar.demo.example", ("Luis Ortega", "LCSW"), SocialWorker, (&[0], 5.0)),
    person("kei.tanaka@cedar.demo.example", ("Kei Tanaka", "PharmD"), Pharmacist, (&[0, 2], 3.0)),
    person("carla.benito@cedar.demo.example", ("Carla Benito", ""), FrontDesk, (&[0], 5.0)),
    // Maple
    person("hugo.lindgren@maple.demo.example", ("Hugo Lindgren", "CCM"), CareCoordinator, (&[1], 215.0)),
    person("tasha.boone@maple.demo.example", ("Tasha Boone", "BSW"), CareCoordinator, (&[1], 150.0)),
    person("ewa.malik@maple.demo.example", ("Ewa Malik", "RN, CCM"), CareCoordinator, (&[1], 120.0)),
    person("peter.quinn@maple.demo.example", ("Peter Quinn", "LPN"), Nurse, (&[1], 6.0)),
    person("soraya.amiri@maple.demo.example", ("Soraya Amiri", "RN"), Nurse, (&[1], 40.0)),
    person("dee.watkins@maple.demo.example", ("Dee Watkins", "CMA"), MedicalAssistant, (&[1], 6.0)),
    person("anselm.okoro@maple.demo.example", ("Dr. Anselm Okoro", "DO"), Clinician, (&[1], 4.0)),
    person("gail.fontaine@maple.demo.example", ("Gail Fontaine", "LCSW"), SocialWorker, (&[1], 5.0)),
    person("hank.mueller@maple.demo.example", ("Hank Mueller", "PharmD"), Pharmacist, (&[1], 3.0)),
    person("ivy.cho@maple.demo.example", ("Ivy Cho", ""), FrontDesk, (&[1], 5.0)),
    // Willow
    person("marcel.dubois@willow.demo.example", ("Marcel Dubois", "CCM"), CareCoordinator, (&[2], 140.0)),
    person("nell.ferris@willow.demo.example", ("Nell Ferris", "RN, CCM"), CareCoordinator, (&[2], 120.0)),
    person("rosa.jimenez@willow.demo.example", ("Rosa Jiménez", "CHW"), CareCoordinator, (&[2], 130.0)),
    person("colin.byrne@willow.demo.example", ("Colin Byrne", "RN"), Nurse, (&[2], 35.0)),
    person("farah.siddiq@willow.demo.example", ("Farah Siddiq", "RN"), Nurse, (&[2], 45.0)),
    person("una.kovacs@willow.demo.example", ("Una Kovács", "LPN"), Nurse, (&[2], 6.0)),
    person("bo.ramsey@willow.demo.example", ("Bo Ramsey", "RMA"), MedicalAssistant, (&[2], 6.0)),
    person("leila.haddad@willow.demo.example", ("Leila Haddad", "FNP-BC"), Clinician, (&[2], 4.0)),
    person("amos.greer@willow.demo.example", ("Amos Greer", "LCSW"), SocialWorker, (&[2], 5.0)),
    person("wendy.stahl@willow.demo.example", ("Wendy Stahl", ""), FrontDesk, (&[2], 5.0)),
];

/// Somebody on a team, as the rest of the generator sees them.
#[derive(Clone)]
pub struct Member {
    pub id: StaffId,
    pub email: &'static str,
    pub role: StaffRole,
    pub credential: Option<String>,
}

pub struct Team {
    pub id: CareTeamId,
    pub members: Vec<Member>,
}

impl Team {
    pub fn with_role(&self, role: StaffRole) -> Vec<&Member> {
        self.members.iter().filter(|member| member.role == role).collect()
    }

    /// The first coordinator carries more than the others.
    pub fn coordinators(&self) -> Vec<&Member> {
        self.with_role(StaffRole::CareCoordinator)
    }

    /// Who answers for patients, with how many of a hundred or so: coordinators, and registered nurses for some.
    pub fn responsible(&self) -> Vec<(&Member, u32)> {
        let coordinators = self.coordinators().into_iter().zip([50, 28, 16]);
        let nurses = self.members.iter().filter(|member| member.credential.as_deref() == Some("RN"));
        coordinators.chain(nurses.map(|nurse| (nurse, 8))).collect()
    }
}

/// Adds staff and teams to the practice, and returns the teams.
pub fn add(practice: &mut Practice, dice: &mut Dice, password_hash: &str) -> Vec<Team> {
    let opened = dice.now - Duration::days(900);
    let organization_id = practice.organization;
    let mut teams: Vec<Team> = Vec::new();
    for name in TEAMS {
        let id = CareTeamId(dice.id(opened));
        practice.care_teams.push(care_team::Model {
            organization_id,
            id,
            name: name.to_owned(),
            time_zone: super::dice::TIME_ZONE.name().to_owned(),
            version: 1,
            created_at: opened,
        });
        teams.push(Team { id, members: Vec::new() });
    }
    for person in &PEOPLE {
        let joined_at = opened + dice.minutes(0, 60 * 24 * 300);
        let id = StaffId(dice.id(joined_at));
        let credential = person.credential.map(str::to_owned);
        practice.staff.push(staff::Model {
            organization_id,
            id,
            display_name: person.name.to_owned(),
            email: Some(person.email.to_owned()),
            role: person.role,
            credential: credential.clone(),
            password_hash: Some(password_hash.to_owned()),
            active: true,
            clearances: person.clearances(),
            privacy_officer: person.email == PRIVACY_OFFICER,
            languages: languages(person.email).to_owned(),
            created_at: joined_at,
        });
        for index in person.teams {
            let team = &mut teams[*index];
            let capacity = person.capacity;
            practice.members.push(care_team_member::Model {
                organization_id,
                care_team_id: team.id,
                staff_id: id,
                capacity,
                joined_at,
            });
            team.members.push(Member { id, email: person.email, role: person.role, credential: credential.clone() });
        }
    }
    teams
}
