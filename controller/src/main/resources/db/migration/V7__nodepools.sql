-- The node sets of a cluster, the one where jobs go that name no partition first. Clusters of before have one.
create table nodepool (
  cluster text not null references cluster (id) on delete cascade,
  name text not null,
  place integer not null,
  description text not null,
  gpus integer not null,
  gpu_model text not null,
  min_nodes integer not null,
  max_nodes integer not null,
  idle_seconds bigint not null,
  selector text not null,
  hosts text not null,
  ending boolean not null,
  primary key (cluster, name)
);

insert into nodepool
  select id, 'main', 0, '', gpus, gpu_model, size, size, 600, selector, hosts, false from cluster;

alter table instance add column pool text not null default 'main';

-- Whether it has a machine only while jobs want one.
alter table instance add column elastic boolean not null default false;

update instance set pool = '' where slot < 0;

alter table cluster drop column gpus;
alter table cluster drop column gpu_model;
alter table cluster drop column size;
alter table cluster drop column selector;
alter table cluster drop column hosts;
