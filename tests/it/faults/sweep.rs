//! Nodes that cannot ring each other: the sweep of heads brings every change all the same.
use entity::staff::StaffRole;
use tests::{Cluster, Practice, cluster::Plan};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_a_change_on_one_node_is_on_the_screens_of_the_others() {
    let cluster = Cluster::start(Plan { redis: false, ..Plan::default() }).await;
    let practice = Practice::in_store(&cluster.store, "Harbor").await.served_at(cluster.nodes[0].door());
    let cedar = practice.team("Cedar").await;
    let ana = practice.person("Ana", StaffRole::Nurse, &["Cedar"]).await;
    let mut screens = Vec::new();
    for node in &cluster.nodes[1..] {
        screens.push(ana.at(node.door()).follows(&cedar, None).await);
    }

    let task = ana.creates(&cedar, "Call").await;

    for screen in &mut screens {
        assert_eq!(screen.next_of("TaskChanged").await["task"]["id"], task.as_str());
    }
}
