//! News between nodes through Redis: they carry the events, prove who sent them, and hold no patient data.
use entity::{
    ids::{OrganizationId, PatientId},
    staff::StaffRole,
};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use tests::{Cluster, Feed, NewPatient, Person, Practice, Redis, Scrape, browser::PATIENCE, cluster::Plan};

const RING_READS: &str = "huddle_event_reads_total{from=\"ring\"}";
const LOG_READS: &str = "huddle_event_reads_total{from=\"database\"}";
const HEARD: &str = "huddle_doorbell_rings_total{direction=\"heard\",outcome=\"ok\"}";
const FORGED: &str = "huddle_doorbell_rings_total{direction=\"heard\",outcome=\"forged\"}";
const GARBAGE: &str = "huddle_doorbell_rings_total{direction=\"heard\",outcome=\"failed\"}";

/// Two nodes, and a nurse who writes on the first and watches the second.
struct Ward {
    cluster: Cluster,
    practice: Practice,
    cedar: String,
    ana: Person,
    screen: Feed,
}

impl Ward {
    async fn open(cluster: Cluster) -> Self {
        let practice = Practice::in_store(&cluster.store, "Harbor").await.served_at(cluster.nodes[0].door());
        let cedar = practice.team("Cedar").await;
        let ana = practice.person("Ana", StaffRole::Nurse, &["Cedar"]).await;
        let screen = ana.at(cluster.nodes[1].door()).follows(&cedar, None).await;
        Self { cluster, practice, cedar, ana, screen }
    }

    /// One more task, once it is on the other node's screen.
    async fn change(&mut self, title: &str) {
        let task = self.ana.creates(&self.cedar, title).await;
        assert_eq!(self.screen.next_of("TaskChanged").await["task"]["id"], task.as_str());
    }

    /// What the second node has counted.
    async fn counted(&self, sample: &str) -> f64 {
        Scrape::of(&self.cluster.nodes[1].stranger()).await.value(sample)
    }

    async fn until(&self, what: &str, sample: &str, enough: f64) {
        let since = Instant::now();
        while self.counted(sample).await < enough {
            assert!(since.elapsed() < PATIENCE, "{what}: {} of {enough}", self.counted(sample).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Rings are heard from the moment in which the subscription stands; until then the sweep brings the news.
    async fn until_rings_arrive(&mut self) {
        let since = Instant::now();
        while self.counted(RING_READS).await == 0.0 {
            assert!(since.elapsed() < PATIENCE, "no ring arrives\n{}", self.cluster.logs(20));
            self.change("Ring").await;
        }
    }

    fn channel(&self) -> String {
        let OrganizationId(id) = self.practice.organization;
        format!("huddle:{{{id}}}:events")
    }
}

async fn two_nodes() -> Ward {
    Ward::open(Cluster::start(Plan { nodes: 2, ..Plan::default() }).await).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ring_brings_the_events_so_that_nobody_reads_the_log() {
    let mut ward = two_nodes().await;
    ward.until_rings_arrive().await;
    let (rings, reads) = (ward.counted(RING_READS).await, ward.counted(LOG_READS).await);

    for n in 0..20 {
        ward.change(&format!("Call {n}")).await;
    }

    assert!(ward.counted(RING_READS).await >= rings + 15.0, "a sweep may be faster than a ring, now and then");
    assert!(ward.counted(LOG_READS).await <= reads + 5.0, "and only then the log is read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_forges_a_ring_shows_nothing_and_loses_nothing() {
    let mut ward = two_nodes().await;
    ward.until_rings_arrive().await;
    let channel = ward.channel();
    let OrganizationId(organization) = ward.practice.organization;
    let huge = format!(
        "{{\"organization\":\"{organization}\",\"epoch\":\"{organization}\",\"head\":{},\"events\":[]}}",
        i64::MAX
    );
    let forged = [vec![7; 32], huge.into_bytes()].concat();
    let say = |bytes: &[u8]| ward.cluster.redis().try_bytes(&[b"SPUBLISH", channel.as_bytes(), bytes]).unwrap();

    let heard = say(&forged);
    say(b"");
    say(&vec![b'{'; 100_000]);
    assert_eq!(heard, ":1", "only the node on which somebody follows listens");

    ward.until("the forged ring is counted", FORGED, 1.0).await;
    ward.until("and so is what cannot be read", GARBAGE, 2.0).await;
    for n in 0..3 {
        ward.change(&format!("Call {n}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_hears_of_no_patient() {
    let mut ward = two_nodes().await;
    ward.until_rings_arrive().await;
    let monitor = listen_to_all(ward.cluster.redis());
    let patient = ward.practice.patient_with(NewPatient::called("Zzcanary Zzfamily"), "Cedar").await.to_string();

    ward.change("Zzcanary wants a call").await;
    ward.ana.sets_status(&patient, "IN_CLINIC").await.data();
    let heard = ward.counted(HEARD).await;
    ward.change("The last of it").await;
    ward.until("the last ring is heard", HEARD, heard + 1.0).await;

    let said: Vec<String> = monitor.try_iter().collect();
    assert!(said.iter().any(|line| line.contains("SPUBLISH")), "{said:?}");
    assert!(!said.iter().any(|line| line.to_lowercase().contains("zzcanary") || line.contains("zzfamily")), "{said:?}");
}

/// Every command that Redis gets from now on.
fn listen_to_all(redis: &Redis) -> mpsc::Receiver<String> {
    let mut line = TcpStream::connect(redis.address).unwrap();
    line.write_all(b"MONITOR\r\n").unwrap();
    let mut lines = BufReader::new(line).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "+OK");
    let (said, heard) = mpsc::channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| said.send(line)));
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_of_redis_servers_carries_the_news_as_well() {
    let mut ward = Ward::open(Cluster::start(Plan { nodes: 2, redis_cluster: true, ..Plan::default() }).await).await;

    ward.until_rings_arrive().await;

    let ready = ward.cluster.nodes[1].stranger().get("/readyz").await;
    assert!(ready.text.contains(r#""degraded":false"#) && ready.text.contains(r#""redis":"reachable""#), "{ready}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_looks_at_a_patient_is_seen_on_other_nodes_until_their_node_dies() {
    let ward = two_nodes().await;
    let patient = ward.practice.patient("Rosa Diaz", "Cedar").await;
    let ben = ward.practice.person("Ben", StaffRole::Nurse, &["Cedar"]).await;

    let mut hers = super::presence::opens(&ward.ana, &patient).await;
    let his = super::presence::opens(&ben.at(ward.cluster.nodes[1].door()), &patient).await;
    super::presence::sees(&mut hers, &["Ben"]).await;
    his.close().await;
    super::presence::sees(&mut hers, &[]).await;

    let _his = super::presence::opens(&ben.at(ward.cluster.nodes[1].door()), &patient).await;
    super::presence::sees(&mut hers, &["Ben"]).await;

    let (OrganizationId(organization), PatientId(id)) = (ward.practice.organization, patient.parse().unwrap());
    let key = format!("huddle:{{{organization}}}:patient:{id}");
    ward.cluster.redis().command(&["ZADD", &key, "9999999999999", &organization.simple().to_string(), "1", "garbage"]);
    let cleo = ward.practice.person("Cleo", StaffRole::Nurse, &["Cedar"]).await;
    let hers_too = super::presence::opens(&cleo.at(ward.cluster.nodes[1].door()), &patient).await;
    super::presence::sees(&mut hers, &["Ben", "Cleo"]).await;
    hers_too.close().await;
    ward.cluster.nodes[1].kill();
    super::presence::sees(&mut hers, &[]).await;
}
