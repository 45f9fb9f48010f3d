-- Why an instance's node is kept from jobs, as JSON; null when it is not.
alter table instance add column hold text;
