-- A file system that clusters may mount, as JSON.
create table volume (
  name text not null primary key,
  content text not null
);

-- A volume on the machines of a cluster, as JSON.
create table attachment (
  cluster text not null,
  volume text not null references volume (name),
  content text not null,
  primary key (cluster, volume)
);

-- One measurement of a volume by the nodes of a cluster, as JSON.
create table volume_test (
  operation text not null primary key references operation (id) on delete cascade,
  under_way boolean not null,
  content text not null
);
