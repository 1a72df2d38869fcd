using Mail.Store;

namespace Mail.SchedulerService;

/// <summary>
/// Whether the system may go on with a database that it meets anew. A copy of production must not mail real people, and one
/// that lost what was sent must not send it again. Pure.
/// </summary>
internal static class RestoreFence
{
    /// <summary>Why everything is to be held back; null where nothing is amiss.</summary>
    /// <param name="known">What the database says of itself; null where it is new.</param>
    /// <param name="place">Where it is found to be.</param>
    /// <param name="broker">How far the broker knows the system to have counted; null where it knows nothing: it is new, or was wiped.</param>
    internal static string? Judge(Installation? known, Place place, long? broker)
    {
        if (known is null)
            return null;
        if (known.Place.Name != place.Name)
            return $"MAIL_INSTANCE is {Quoted(place.Name)} here, and was {Quoted(known.Place.Name)} where this database comes from: it may be a copy.";
        if (known.Place.SystemIdentifier != place.SystemIdentifier)
            return "PostgreSQL's system identifier is another one: this database was restored from a dump, or moved to another server.";
        if (known.Place.Database != place.Database)
            return "PostgreSQL knows this database under another oid: it was restored from a dump, or copied.";
        if (broker > known.Counter)
            return $"The broker remembers the system at count {broker}, the database only at {known.Counter}: it was rolled back to an earlier state.";
        // Back on a timeline means an older copy. Forward is a standby that took over, or a recovery to a point in time: only the
        // broker can tell that nothing was lost by it.
        if (known.Place.Timeline > place.Timeline)
            return $"PostgreSQL went back from timeline {known.Place.Timeline} to {place.Timeline}: an earlier copy of its data was put in place.";
        if (known.Place.Timeline < place.Timeline && broker is null)
            return $"PostgreSQL went on from timeline {known.Place.Timeline} to {place.Timeline}, and the broker can't tell whether anything was lost by that.";
        return null;
    }

    private static string Quoted(string name) => name.Length == 0 ? "not set" : $"\"{name}\"";
}
