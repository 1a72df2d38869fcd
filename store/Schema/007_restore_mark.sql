-- One row that names the transaction that wrote it. A dump carries the name along, and the restore writes the row in another
-- transaction: so a restored row gives itself away, however it was restored. Beside it the table of e-mails that it speaks for.
create table mail.restore_mark (
    id      boolean primary key default true check (id),
    written xid8    not null,
    emails  oid     not null
);

-- Nothing is claimed until a SchedulerService has looked at this database: what this step runs on may be an older one.
update mail.mt_doc_installation set data = data || '{"vouched": ""}';
