using System.Text.Json.Serialization;

namespace Mail.Store;

/// <summary>A template of a client's: which version is the current one. The versions themselves are apart, and never change.</summary>
public sealed record EmailTemplate
{
    /// <summary><c>client/name</c>.</summary>
    public required string Id { get; init; }

    public required string ClientId { get; init; }
    public required string Name { get; init; }

    /// <summary>The current version, from 1. One that comes back after a delete goes on counting.</summary>
    public required int Version { get; init; }

    /// <summary>Whether the client deleted it. The row stays, so that a version is never given out twice.</summary>
    public bool Deleted { get; init; }

    public required DateTimeOffset SavedAt { get; init; }

    /// <summary>Data to preview it with, as JSON in a text: a number keeps its digits so.</summary>
    public string? Sample { get; init; }

    public static string IdOf(string clientId, string name) => $"{clientId}/{name}";
}

/// <summary>A version of a template, as it was saved. The database refuses to change one.</summary>
public sealed record TemplateVersion
{
    /// <summary><c>client/name/version</c>.</summary>
    public required string Id { get; init; }

    public required string ClientId { get; init; }
    public required string Name { get; init; }
    public required int Version { get; init; }
    public required string Subject { get; init; }
    public string? Html { get; init; }
    public string? Text { get; init; }

    /// <summary>The variables that it declares.</summary>
    public List<TemplateVariable> Variables { get; init; } = [];

    public required DateTimeOffset SavedAt { get; init; }

    /// <summary><c>operator</c>, or the name of the client key.</summary>
    public required string SavedBy { get; init; }

    public static string IdOf(string clientId, string name, int version) => $"{clientId}/{name}/{version}";
}

/// <summary>A variable that a template declares.</summary>
/// <param name="Name">Its name, with dots before members and <c>[]</c> behind lists.</param>
/// <param name="Type">Its type; null where it is not declared.</param>
/// <param name="Default">What stands in for it, as JSON in a text; null where nothing does.</param>
public sealed record TemplateVariable(string Name, string? Type, string? Default);

/// <summary>The template that an e-mail was rendered from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version.</param>
public sealed record TemplateRef(string Name, int Version);

/// <summary>The same, with the data that it was rendered from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version.</param>
/// <param name="Data">The data, as JSON in a text: a number keeps its digits so.</param>
public sealed record TemplateUse(string Name, int Version, string Data)
{
    [JsonIgnore]
    public TemplateRef Ref => new(Name, Version);
}

/// <summary>What an item of a config says of its template.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that its e-mail is of.</param>
/// <param name="Pinned">Whether the config names the version. If not, it stays at this one until it is applied another.</param>
/// <param name="Rendered">
/// The SHA-256 of what was rendered, of data and times, in hexadecimal: equal where another version changes nothing.
/// </param>
public sealed record ItemTemplate(string Name, int Version, bool Pinned, string Rendered);
