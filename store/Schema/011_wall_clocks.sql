-- The latest version of time zones that any service has used: one with an older version resolves no local times.
create table mail.time_zone_version (
    id      boolean primary key default true check (id),
    version text collate "C" not null
);

-- What waits and keeps to the clocks of a place: what a later version of the time zones may move.
create index scheduled_email_of_zones on mail.mt_doc_scheduled_email ((data ->> 'tzdb') collate "C", id)
    where status = 'pending' and data ->> 'tzdb' is not null;
