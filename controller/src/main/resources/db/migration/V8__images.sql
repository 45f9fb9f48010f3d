-- A container image of the catalogue, as JSON; its archive is a file beside the database.
create table image (
  name text not null primary key,
  digest text not null,
  content text not null
);

-- The image that a cluster's jobs run in, as JSON.
create table cluster_image (
  cluster text not null primary key,
  image text not null references image (name),
  content text not null
);
