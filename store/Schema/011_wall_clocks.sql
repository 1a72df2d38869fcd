-- The latest version of time zones that any service has used: one with an older version resolves no local times.
create table mail.time_zone_version (
    id      boolean primary key default true check (id),
    version text collate "C" not null
);

-- What waits and keeps to the clocks of a place: what a later version of the time zones may move.
create index scheduled_email_of_zones on mail.mt_doc_scheduled_email ((data ->> 'tzdb') collate "C", id)
    where status = 'pending' and data ->> 'tzdb' is not null;

-- The series of configs: what an occurrence of each is made of, up to which nominal time they were made, and when to go on; never, where a
-- series has come to its end.
create table mail.series (
    client_id  text        not null,
    key        text        not null,
    data       jsonb       not null,
    body_id    varchar     not null,
    made_until text        collate "C",
    top_up_at  timestamptz,
    primary key (client_id, key)
);
create index series_top_up on mail.series (top_up_at) where top_up_at is not null;
create index series_of_body on mail.series (body_id);

-- Each occurrence once, however many make it. One that a save has replaced or removed leaves its place to another; one that was cancelled by
-- hand does not.
create unique index scheduled_email_occurrence on mail.mt_doc_scheduled_email (client_id, key, (data ->> 'occurrence') collate "C")
    where data ->> 'occurrence' is not null and coalesce(data ->> 'reason', '') not in ('superseded', 'removed');

-- A config that is saved without series has none: the version before knows nothing of them.
create function mail.drop_series() returns trigger language plpgsql security definer set search_path = mail, pg_temp as $$
begin
    delete from mail.series where client_id = old.id;
    return null;
end;
$$;
create trigger a_config_without_series_has_none after update on mail.mt_doc_email_config for each row
    when (old.data ? 'series' and not new.data ? 'series') execute function mail.drop_series();
create trigger a_deleted_config_has_no_series after delete on mail.mt_doc_email_config for each row
    when (old.data ? 'series') execute function mail.drop_series();
