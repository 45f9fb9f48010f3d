-- What is being done to a machine and what was, as JSON; null when nothing is.
alter table machine add column care text;

-- A driver bundle on its way over machines; the operation of the same id tells of its end.
create table roll (
  operation text not null primary key,
  started_at bigint not null,
  content text not null
);
