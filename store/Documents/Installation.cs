using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>Which database this is, as the system last vouched for it. A copy has the same document in another place.</summary>
public sealed record Installation
{
    /// <summary>There is one in a database.</summary>
    public const string Only = "mail";

    public string Id { get; init; } = Only;

    /// <summary>Where the system last wrote.</summary>
    public required Place Place { get; init; }

    /// <summary>
    /// Goes up as long as the system runs, and the broker is told: a database that knows less than the broker was rolled back.
    /// </summary>
    public required long Counter { get; init; }

    /// <summary>How many wake-ups waited in the senders' queue at the last count.</summary>
    public long Waiting { get; init; }

    /// <summary>The <see cref="Place.Fingerprint"/> in which e-mails may be claimed; no other matches it.</summary>
    [JsonPropertyName("vouched")] // As the databases of earlier versions have it.
    public string? Trusted { get; init; }

    /// <summary>Whether it was vouched for with a restore mark: by this version, or a later one.</summary>
    public bool Marked { get; init; }

    /// <summary>What the restore fence holds everything back for; recorded by the release.</summary>
    public Finding? Found { get; init; }
}

/// <summary>What a database knows of the installation that writes to it.</summary>
/// <param name="Installation">The document.</param>
/// <param name="Age">How long ago it was written.</param>
/// <param name="Genuine">Whether the restore mark is as it was written; null where there is none.</param>
public sealed record KnownInstallation(Installation Installation, TimeSpan Age, bool? Genuine)
{
    /// <summary>Whether the tables were written by a restore, and not by the system.</summary>
    public bool Restored => Genuine is false || (Installation.Marked && Genuine is null);

    /// <summary>Whether e-mails may be claimed in this place.</summary>
    public bool IsTrusted(Place place) => Genuine is true && Installation.Trusted == place.Fingerprint;
}

/// <summary>A database server as it runs now, and what the installation there is called.</summary>
/// <param name="Name"><c>MAIL_INSTANCE</c>; empty where it is not set.</param>
/// <param name="SystemIdentifier">Given by <c>initdb</c>: copied with the data directory, another one where a dump is restored.</param>
/// <param name="Database">The oid of the database: another one where a dump is restored on the same server.</param>
/// <param name="Timeline">Goes up with each promotion and each recovery to a point in time.</param>
/// <param name="Fingerprint">The database, this very start of its server, and the name: what a claim compares.</param>
public sealed record Place(
    string Name, string SystemIdentifier, long Database, int Timeline, [property: JsonPropertyName("here")] string Fingerprint);

/// <summary>What the restore fence found.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Counter">The highest count that anyone knows of.</param>
public sealed record Finding(Place Place, long Counter);
