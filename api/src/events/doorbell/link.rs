//! A line to Redis, whether it is one server or a cluster.
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, FromRedisValue, IntoConnectionInfo, ProtocolVersion,
    RedisResult, Value,
    aio::{AsyncPushSender, MultiplexedConnection},
    cluster::ClusterClientBuilder,
    cluster_async::ClusterConnection,
    cmd,
};
use std::{collections::HashMap, fmt, time::Duration};

const ANSWER: Duration = Duration::from_secs(1);

/// What is wrong with a `--redis-url`. It never quotes the address, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be redis://HOST:PORT or rediss://HOST:PORT, or several of one cluster separated by commas")]
pub struct BadUrl;

/// Where to connect to.
#[derive(Clone)]
pub struct Target(Vec<ConnectionInfo>);

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Target(…)")
    }
}

#[derive(Clone)]
pub enum Link {
    One(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One(_) => "Link::One",
            Self::Cluster(_) => "Link::Cluster",
        })
    }
}

impl Target {
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        let one = |url: &str| {
            let info = url.trim().into_connection_info().map_err(|_| BadUrl)?;
            // The third version of the protocol carries messages and answers on one line.
            let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
            Ok(info.set_redis_settings(settings))
        };
        text.split(',').map(one).collect::<Result<_, _>>().map(Self)
    }

    /// The first address that answers says whether it is one of a cluster.
    pub async fn connect(&self, push: impl AsyncPushSender) -> RedisResult<Link> {
        let mut refused = None;
        for address in &self.0 {
            let config =
                AsyncConnectionConfig::new().set_connection_timeout(Some(ANSWER)).set_response_timeout(Some(ANSWER));
            let client = Client::open(address.clone())?;
            match is_cluster(&client, &config).await {
                Ok(true) => return self.connect_to_cluster(push).await,
                Ok(false) => {
                    let config = config.set_push_sender(push);
                    return client.get_multiplexed_async_connection_with_config(&config).await.map(Link::One);
                }
                Err(error) => refused = Some(error),
            }
        }
        Err(refused.unwrap_or_else(|| (redis::ErrorKind::InvalidClientConfig, "no address").into()))
    }

    async fn connect_to_cluster(&self, push: impl AsyncPushSender) -> RedisResult<Link> {
        let client = ClusterClientBuilder::new(self.0.clone())
            .use_protocol(ProtocolVersion::RESP3)
            .connection_timeout(ANSWER)
            .response_timeout(ANSWER)
            .retries(2)
            .push_sender(push)
            .build()?;
        client.get_async_connection().await.map(Link::Cluster)
    }
}

async fn is_cluster(client: &Client, config: &AsyncConnectionConfig) -> RedisResult<bool> {
    let mut line = client.get_multiplexed_async_connection_with_config(config).await?;
    let about: HashMap<String, Value> = cmd("HELLO").query_async(&mut line).await?;
    let mode = about.get("mode").cloned().map(String::from_redis_value);
    Ok(matches!(mode, Some(Ok(mode)) if mode == "cluster"))
}

impl Link {
    pub async fn query<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::One(line) => command.query_async(&mut line.clone()).await,
            Self::Cluster(line) => command.query_async(&mut line.clone()).await,
        }
    }

    pub async fn ping(&mut self) -> RedisResult<()> {
        self.query(&cmd("PING")).await
    }

    pub async fn publish(&self, channel: String, message: Vec<u8>) -> RedisResult<()> {
        self.query(cmd("SPUBLISH").arg(channel).arg(message)).await
    }

    pub async fn subscribe(&self, channel: String) -> RedisResult<()> {
        match self {
            Self::One(_) => self.query(cmd("SSUBSCRIBE").arg(channel)).await,
            Self::Cluster(line) => line.clone().ssubscribe(channel).await,
        }
    }

    pub async fn unsubscribe(&self, channel: String) -> RedisResult<()> {
        match self {
            Self::One(_) => self.query(cmd("SUNSUBSCRIBE").arg(channel)).await,
            Self::Cluster(line) => line.clone().sunsubscribe(channel).await,
        }
    }
}
