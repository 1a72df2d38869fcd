-- A sender inserts the remainder of an e-mail that some recipients were refused for the moment. Its role may write e-mails, and
-- nothing else of this schema: who they go to is kept with the rights of the tables' owner.
alter function mail.keep_recipients() security definer set search_path = mail, pg_temp;
