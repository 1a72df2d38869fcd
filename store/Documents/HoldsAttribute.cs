namespace Mail.Store;

/// <summary>
/// What a field holds where its type does not say it: one of a few words, a text of some form, values by name; of a list, what each item
/// is. The API's document has one schema for all fields with the attribute and calls it as the attribute is called: generated clients make
/// a type of it.
/// </summary>
/// <param name="description">What the document says of it.</param>
/// <param name="inside">Of values by name: what the document says of each value, and then of what is in that.</param>
[AttributeUsage(AttributeTargets.Property)]
public abstract class HoldsAttribute(string description, params string[] inside) : Attribute
{
    /// <summary>What it is called.</summary>
    public string Name => GetType().Name[..^nameof(Attribute).Length];

    /// <summary>What the document says of it.</summary>
    public string Description { get; } = description;

    /// <summary>Of values by name: what the document says of each value, and then of what is in that.</summary>
    public IReadOnlyList<string> Inside { get; } = inside;

    /// <summary>The most values by name; null for no limit.</summary>
    public int? MaxCount { get; protected init; }

    /// <summary>The most characters of the text, or of each value; null for no limit.</summary>
    public int? MaxLength { get; protected init; }

    /// <summary>A regular expression that the text matches, or each value; null for any.</summary>
    public string? Pattern { get; protected init; }
}

/// <summary>What a field holds that is one of a few words.</summary>
/// <param name="description">What the words mean.</param>
/// <param name="words">The words, in the order in which they are shown.</param>
public abstract class WordsAttribute(string description, params IReadOnlyList<string> words) : HoldsAttribute(description)
{
    /// <summary>The words, in the order in which they are shown.</summary>
    public IReadOnlyList<string> Words { get; } = words;
}
