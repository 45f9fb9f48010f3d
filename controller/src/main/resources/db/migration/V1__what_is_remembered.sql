-- Runs on SQLite and on PostgreSQL alike, as it stands: text, bigint, boolean, and bytea for what is not text (SQLite keeps it
-- as a blob). Instants are nanoseconds since 1970, UTC. Lists, maps and small records are JSON text. A missing word is the
-- empty text; null stands only for an absent instant or record.

create table machine (
  id text not null primary key,
  name text not null unique,
  role text not null,
  system_uuid text not null,
  serial text not null,
  labels text not null,
  enrolled_at bigint not null,
  certificate_serial text not null,
  certificate_expires_at bigint not null,
  revoked boolean not null,
  quarantine text not null,
  cleaned_at bigint,
  generation bigint not null,
  assignment_digest text not null
);

-- The newest report of each machine, in the wire's own form.
create table report (
  machine text not null primary key references machine (id) on delete cascade,
  content bytea not null
);

create table cluster (
  id text not null primary key,
  name text not null,
  gpus bigint not null,
  gpu_model text not null,
  size bigint not null,
  public_keys text not null,
  deletion_protected boolean not null,
  selector text not null,
  hosts text not null,
  uid bigint not null,
  slurmctld_port bigint not null,
  jumphost text not null,
  intent text not null,
  created_by text not null,
  created_at bigint not null,
  munge_key bytea not null,
  destroyed_at bigint
);

-- A destroyed cluster's name can be taken again.
create unique index cluster_living_name on cluster (name) where destroyed_at is null;

-- Slot -1 is the jumphost's.
create table instance (
  name text not null primary key,
  cluster text not null references cluster (id),
  slot bigint not null,
  state text not null,
  machine text not null,
  since bigint not null,
  deadline bigint,
  retry bigint not null,
  failure text,
  evidence text not null,
  settled text not null
);

create unique index instance_slot on instance (cluster, slot);

create table operation (
  id text not null primary key,
  kind text not null,
  state text not null,
  cluster text not null,
  request_id text not null,
  started_at bigint not null,
  ended_at bigint,
  message text not null
);

-- A retry with the same request id never starts a second operation.
create unique index operation_request on operation (request_id) where request_id <> '';

create table event (
  number bigint not null primary key,
  happened_at bigint not null,
  cluster text not null,
  instance text not null,
  machine text not null,
  kind text not null,
  message text not null
);

create index event_cluster on event (cluster, number);

-- The token itself is nowhere; its SHA-256 finds it.
create table join_token (
  hash text not null primary key,
  role text not null,
  name text not null,
  serial text not null,
  uses_left bigint not null,
  expires_at bigint not null,
  labels text not null
);

create table sequence (
  name text not null primary key,
  value bigint not null
);
