//! The practices of a run: two organisations that share nothing, with teams, people and patients.
use crate::{Person, Practice, Store};
use entity::{ids::OrganizationId, staff::StaffRole};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use std::{net::SocketAddr, sync::Mutex};
use uuid::Uuid;

const PATIENTS: usize = 24;

pub struct Office {
    pub name: &'static str,
    pub organization: OrganizationId,
    pub teams: Vec<Team>,
    /// Coordinators of all teams: they may do everything that the run does to tasks and patients.
    pub writers: Vec<Person>,
    /// Changes who is on a team.
    pub manager: Person,
    /// Is taken off the first team and put back all the time, and watches it.
    pub wanderer: Person,
    /// On one team each, in the order of the teams.
    pub watchers: Vec<Person>,
    pub patients: Vec<String>,
    tasks: Mutex<Vec<String>>,
}

#[derive(Clone, Debug)]
pub struct Team {
    pub name: &'static str,
    pub id: String,
    pub uuid: Uuid,
}

impl Office {
    pub async fn open(store: &Store, name: &'static str, writers: usize, door: SocketAddr) -> Self {
        let practice = Practice::in_store(store, name).await.served_at(door);
        const TEAMS: [&str; 3] = ["Cedar", "Maple", "Birch"];
        let mut teams = Vec::new();
        for name in TEAMS {
            let id = practice.team_id(name).await;
            teams.push(Team { name, id: id.to_string(), uuid: id.0 });
        }
        let mut coordinators = Vec::new();
        for n in 0..writers {
            coordinators.push(practice.person(&format!("Writer {n}"), StaffRole::CareCoordinator, &TEAMS).await);
        }
        let mut watchers = Vec::new();
        for team in TEAMS {
            watchers.push(practice.nurse(&format!("Watcher {team}"), team).await);
        }
        let mut patients = Vec::new();
        for n in 0..PATIENTS {
            patients.push(practice.patient(&format!("Pat Number{n}"), TEAMS[n % TEAMS.len()]).await);
        }
        Self {
            name,
            organization: practice.organization,
            teams,
            writers: coordinators,
            manager: practice.manager("Manager").await,
            wanderer: practice.nurse("Wanderer", TEAMS[0]).await,
            watchers,
            patients,
            tasks: Mutex::default(),
        }
    }

    pub fn knows(&self, task: &str) {
        self.tasks.lock().expect("the tasks").push(task.to_owned());
    }

    /// One of the tasks, more often a new one.
    pub fn any_task(&self, random: &mut StdRng) -> Option<String> {
        let tasks = self.tasks.lock().expect("the tasks");
        let from = if random.random_bool(0.7) { tasks.len().saturating_sub(30) } else { 0 };
        tasks[from..].choose(random).cloned()
    }

    pub fn any_team(&self, random: &mut StdRng) -> &Team {
        self.teams.choose(random).expect("an office has teams")
    }
}
