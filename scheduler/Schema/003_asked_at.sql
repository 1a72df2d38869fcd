-- When the caller asked for what the row says, by the caller's clock: for a timer when it was scheduled, for a tombstone when it was
-- cancelled. Commands overtake each other on their ways here; of two for one token the one that was asked for later holds. Null where
-- nobody said it: then a timer gives way to whatever comes, and a tombstone to nothing, as before this column.
alter table {schema}.timers add column asked_at timestamptz;
