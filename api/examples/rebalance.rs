//! How long a plan takes that shares the patients of a large team anew, from the database to the explained moves, and how
//! even it is beside a greedy one of the same team.
//!
//! `cargo run --profile bench-quick -p api --example rebalance -- [MEMBERS PATIENTS SEED]`
use api::{
    App, Clock, Config, Cx, care_teams,
    caseload::{
        facts::{self, Whose},
        plan, rebalance,
    },
    people,
};
use chrono::{Duration, Utc};
use entity::{
    care_team_member, coordinator_assignment,
    ids::{CareTeamId, CoordinatorAssignmentId, OrganizationId, PatientId, StaffId},
    patient::{self, PatientStatus, RiskTier},
    sensitivity::Labels,
    staff::{self, StaffRole},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use std::{error::Error, path::Path, time::Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let scratch = std::env::temp_dir().join(format!("huddle-rebalance-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&scratch)?;
    let result = measure(&scratch).await;
    std::fs::remove_dir_all(&scratch)?;
    result
}

async fn measure(scratch: &Path) -> Result<(), Box<dyn Error>> {
    let given: Vec<u64> = std::env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>()?;
    let number = |at: usize, otherwise: u64| given.get(at).copied().unwrap_or(otherwise);
    let (members, patients, seed) = (number(0, 40), number(1, 8_000), number(2, 1));
    let url = format!("sqlite://{}?mode=rwc", scratch.join("huddle.db").display());
    let app = App::open(&url, Clock::System, Config::default()).await?;
    let practice = people::service::organization(&app, None).await?;
    let cx = Cx::system(app, practice.id);
    let team = make_up(&cx, members, patients, seed).await?;

    println!("{members} members, {patients} patients, seed {seed}");
    for tolerance in [0.0, 0.05, 0.15] {
        let start = Instant::now();
        let shared = rebalance::plan(&cx, team, tolerance, false, None).await?;
        let took = start.elapsed();
        let facts = facts::of_team(&cx, team, Whose::Everybody(false)).await?;
        let cost = |item: usize, to: usize| facts.cost(item, to);
        let problem = facts.problem(tolerance, &cost);
        let greedy = plan::greedy(&problem);
        println!(
            "tolerance {tolerance:<5} fullest {:.4} before, {:.5} by {} moves in {:.3} s; greedy {:.5} by {} moves",
            shared.highest(|member| member.before),
            shared.highest(|member| member.after),
            shared.moves.len(),
            took.as_secs_f64(),
            plan::highest(&problem, &greedy),
            greedy.len(),
        );
    }
    Ok(())
}

/// Coordinators of whom some have far more than others; a third speak Spanish, and have most of who needs that.
async fn make_up(cx: &Cx, members: u64, patients: u64, seed: u64) -> Result<CareTeamId, Box<dyn Error>> {
    let mut random = StdRng::seed_from_u64(seed);
    let (organization_id, now) = (cx.organization(), cx.now());
    let mut tx = cx.begin("example").await?;
    let team = care_teams::service::find_or_create(&mut tx, "Large").await?.id;
    let mut holders = Vec::new();
    for at in 0..members {
        let speaks = random.random_bool(0.35);
        let person = staff::Model {
            organization_id,
            id: StaffId::generate(),
            display_name: format!("Coordinator {at}"),
            email: None,
            role: StaffRole::CareCoordinator,
            credential: random.random_bool(0.5).then(|| "RN".to_owned()),
            password_hash: None,
            active: true,
            clearances: Labels::NONE,
            privacy_officer: false,
            languages: if speaks { "es".to_owned() } else { String::new() },
            created_at: now,
        };
        let full = 2.2 * patients as f64 / members as f64;
        let member = care_team_member::Model {
            organization_id,
            care_team_id: team,
            staff_id: person.id,
            capacity: Some((full * [0.5, 0.8, 1.0, 1.0][random.random_range(0..4)]).round()),
            joined_at: now,
        };
        holders.push((person.id, speaks, random.random_range(0.3..1.7) + if speaks { 0.6 } else { 0.0 }));
        staff::Entity::insert(person.into_active_model().reset_all()).exec_without_returning(&*tx).await?;
        care_team_member::Entity::insert(member.into_active_model().reset_all()).exec_without_returning(&*tx).await?;
    }
    let together: f64 = holders.iter().map(|holder| holder.2).sum();
    let (mut rows, mut assignments) = (Vec::new(), Vec::new());
    for _ in 0..patients {
        let mut at = random.random_range(0.0..together);
        let holder = holders.iter().find(|holder| {
            at -= holder.2;
            at < 0.0
        });
        let (staff_id, speaks, _) = holder.or(holders.last()).copied().ok_or("there are members")?;
        let spanish = random.random_bool(if speaks { 0.7 } else { 0.02 });
        let row = patient_of(&mut random, (organization_id, team, staff_id), spanish, now);
        assignments.push(coordinator_assignment::Model {
            organization_id,
            id: CoordinatorAssignmentId::generate(),
            patient_id: row.id,
            staff_id,
            started_at: now - Duration::days(random.random_range(1..2_000)),
            ended_at: None,
            reason: None,
            assigned_by: None,
        });
        rows.push(row);
    }
    for chunk in rows.chunks(500) {
        let rows = chunk.iter().cloned().map(|row| row.into_active_model().reset_all());
        patient::Entity::insert_many(rows).exec_without_returning(&*tx).await?;
    }
    for chunk in assignments.chunks(500) {
        let rows = chunk.iter().cloned().map(|row| row.into_active_model().reset_all());
        coordinator_assignment::Entity::insert_many(rows).exec_without_returning(&*tx).await?;
    }
    tx.commit().await?;
    Ok(team)
}

fn patient_of(
    random: &mut StdRng,
    (organization_id, team, coordinator): (OrganizationId, CareTeamId, StaffId),
    spanish: bool,
    now: chrono::DateTime<Utc>,
) -> patient::Model {
    use RiskTier::{High, Highest, Low, Rising};
    patient::Model {
        organization_id,
        id: PatientId::generate(),
        version: 1,
        mrn: None,
        family_name: "Doe".to_owned(),
        given_name: "Jo".to_owned(),
        search_text: String::new(),
        birth_date: None,
        gender: None,
        preferred_language: spanish.then(|| "es".to_owned()),
        interpreter_needed: spanish,
        status: if random.random_bool(0.02) { PatientStatus::Inpatient } else { PatientStatus::Stable },
        status_since: now,
        status_source: "staff".to_owned(),
        status_note: None,
        risk_tier: [Some(Low), None, Some(Low), Some(Rising), Some(Rising), Some(High), Some(Highest)]
            [random.random_range(0..7)],
        care_team_id: Some(team),
        coordinator_id: Some(coordinator),
        deceased_at: None,
        merged_into_id: None,
        labels: Labels(i32::from(random.random_bool(0.03))),
        pharmacy_name: None,
        pharmacy_phone: None,
        created_at: now,
        updated_at: now,
    }
}
