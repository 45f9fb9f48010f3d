-- How each machine's management controller is reached, as JSON, and its password: sealed with the key of that name, for this
-- machine and this address alone.
create table bmc (
  machine text not null primary key references machine (id) on delete cascade,
  content text not null,
  key_id text not null,
  box blob not null
);

-- A wish to read or change a machine's power, as JSON; the operation of the same id tells of its end.
create table power_order (
  operation text not null primary key references operation (id) on delete cascade,
  machine text not null,
  asked_at bigint not null,
  ended_at bigint,
  power text not null,
  content text not null
);

create index power_order_machine on power_order (machine, asked_at);
