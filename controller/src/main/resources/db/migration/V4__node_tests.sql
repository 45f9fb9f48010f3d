-- One active test of a cluster's nodes. Results are lines as the agent's contract has them; nodes are a list as JSON.
create table node_test (
  operation text not null primary key references operation (id) on delete cascade,
  cluster text not null,
  nodes text not null,
  tolerance_percent bigint not null,
  new_baseline boolean not null,
  started_at bigint not null,
  ended_at bigint,
  results text not null
);

create index node_test_cluster on node_test (cluster, started_at);

-- What each machine reached first, which is its own baseline, and what it reached last, by the test that said so.
create table measurement (
  machine text not null references machine (id) on delete cascade,
  kind text not null,
  peers text not null,
  unit text not null,
  baseline double precision not null,
  baseline_at bigint not null,
  latest double precision not null,
  latest_at bigint not null,
  tolerance_percent bigint not null,
  test text not null,
  primary key (machine, kind, peers)
);
