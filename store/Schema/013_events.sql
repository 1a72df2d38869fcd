-- What happened, in the order in which it was committed: xid is the transaction that wrote the row, and a reader takes what lies below the
-- oldest transaction that still runs. A number from a sequence alone would be taken before the commit, and rows that commit late would be
-- skipped. Rows are written by the very statements that move e-mails; partitions are dropped whole.
create sequence mail.event_id;
create table mail.event (
    xid       xid8        not null default pg_current_xact_id(),
    id        bigint      not null default nextval('mail.event_id'),
    at        timestamptz not null default statement_timestamp(),
    type      smallint    not null,
    email_id  uuid,
    client_id text,
    key       text,
    reason    text,
    data      jsonb
) partition by range (at);
create index event_order on mail.event (xid, id);
create index event_of_client on mail.event (client_id, xid, id);

-- A day that nobody has made a partition for: no e-mail ever waits for one.
create table mail.event_default partition of mail.event default;

-- Which run of history positions belong to, and where it began. After a restore it is another one: see EventFeed.
create table mail.event_epoch (
    id       boolean     primary key default true check (id),
    epoch    uuid        not null,
    began    xid8        not null default pg_current_xact_id(),
    began_at timestamptz not null default statement_timestamp()
);
insert into mail.event_epoch (epoch) values (gen_random_uuid());

-- Up to where events are no longer kept. It counts for its own epoch only: what a restore brought has numbers of another server.
create table mail.event_start (
    id       boolean primary key default true check (id),
    epoch    uuid    not null,
    xid      xid8    not null,
    event_id bigint  not null
);
insert into mail.event_start (epoch, xid, event_id) select epoch, '0', 0 from mail.event_epoch;

-- For the service that keeps the database small, which owns no table. A partition is attached, not created in its place: that waits for no
-- writer. Nobody is kept waiting for longer than the lock's time-out; the next pass tries again.
create function mail.add_event_partitions(days int) returns int language plpgsql security definer
    set search_path = mail, pg_temp set lock_timeout = '100ms' set timezone = 'UTC' as $$
declare
    first timestamptz;
    name  text;
    made  int := 0;
begin
    for ahead in 0 .. days loop
        first := date_trunc('day', statement_timestamp()) + ahead * interval '1 day';
        name := 'event_' || to_char(first, 'YYYYMMDD');
        continue when to_regclass('mail.' || name) is not null
            or exists (select from mail.event_default where at >= first and at < first + interval '1 day');
        execute format('create table mail.%I (like mail.event including defaults)', name);
        execute format(
            'alter table mail.event attach partition mail.%I for values from (%L) to (%L)', name, first, first + interval '1 day');
        made := made + 1;
    end loop;
    return made;
exception when lock_not_available then
    return 0;
end;
$$;

create function mail.drop_event_partitions(before timestamptz) returns int language plpgsql security definer
    set search_path = mail, pg_temp set lock_timeout = '100ms' set timezone = 'UTC' as $$
declare
    old     text;
    dropped int := 0;
begin
    for old in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'mail.event'::regclass and c.relname ~ '^event_\d{8}$'
            and to_date(substr(c.relname, 7), 'YYYYMMDD') + 1 <= before
        order by c.relname
    loop
        -- Without rows that a restore wrote, whose numbers may be ahead of all that this server will ever give.
        execute format(
            'update mail.event_start s set epoch = e.epoch, xid = l.xid, event_id = l.id from mail.event_epoch e, '
            '(select xid, id from mail.%I where xmin = xid::xid order by xid desc, id desc limit 1) l '
            'where s.epoch <> e.epoch or (l.xid, l.id) > (s.xid, s.event_id)', old);
        execute format('drop table mail.%I', old);
        dropped := dropped + 1;
    end loop;
    with gone as (delete from mail.event_default where at < before),
    latest as (
        select xid, id from mail.event_default where at < before and xmin = xid::xid order by xid desc, id desc limit 1)
    update mail.event_start s set epoch = e.epoch, xid = l.xid, event_id = l.id from mail.event_epoch e, latest l
        where s.epoch <> e.epoch or (l.xid, l.id) > (s.xid, s.event_id);
    return dropped;
exception when lock_not_available then
    return 0;
end;
$$;
revoke execute on function mail.add_event_partitions(int), mail.drop_event_partitions(timestamptz) from public;

select mail.add_event_partitions(3);
