using System.Globalization;
using Mail.Hosting;

namespace Mail.SenderService.Smtp.Settings;

/// <summary>Reads environment variables, and remembers those that are set and can't be used, each with what is wrong with it.</summary>
internal sealed class Variables(Func<string, string?> get)
{
    // What libraries and platforms take for a flag, in any case.
    private static readonly string[] _true = ["true", "1", "yes", "on", "t", "y"];
    private static readonly string[] _false = ["false", "0", "no", "off", "f", "n"];

    // With it 587.0 is a whole number, too, and 587.5 is none.
    private const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    private readonly Dictionary<string, string> _invalid = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Invalid => _invalid;

    /// <summary>A text for people to read.</summary>
    public string Text(string name) => Read(name) ?? "";

    /// <summary>A text that a server reads: nothing in it may be unseen. Empty where it is left out.</summary>
    public string Login(string name) => Parsed(name, LoginSetting.Refuse) ?? "";

    /// <summary>Not trimmed here: that is done for all settings, in one place.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="refuse">What else may be wrong with it.</param>
    public string Secret(string name, Func<string, string?>? refuse = null) =>
        Parsed(name, text => LoginSetting.RefuseSecret(text) ?? refuse?.Invoke(text)) is null ? "" : get(name) ?? "";

    /// <summary>An id that is a GUID, in its usual form; empty where it is left out.</summary>
    public string Id(string name, string wanted) =>
        Guid.TryParse(Parsed(name, text => Guid.TryParse(text, out _) ? null : wanted), out var id) ? $"{id:D}" : "";

    /// <summary>A text of several lines, itself or out of a file; null where it is left out or the parser refuses it.</summary>
    /// <param name="name">
    /// The variable; with <c>_FILE</c> behind it, the one that names the file, which was read before if it could be.
    /// </param>
    /// <param name="parse">Takes it apart.</param>
    public T? Document<T>(string name, Func<string, (T? Value, string? Refusal)> parse)
        where T : class
    {
        var (text, file) = (SettingText.Trim(get(name) ?? ""), SettingText.Trim(get($"{name}_FILE") ?? ""));
        var (variable, subject) = file.Length > 0 ? ($"{name}_FILE", "names a file that ") : (name, "");
        if (text.Length == 0)
        {
            if (file.StartsWith('{'))
                Refuse(variable, $"is the text itself, and not the name of a file: set {name} to it");
            else if (file.Length > 0)
                Refuse(variable, $"{subject}is empty or can't be read: check the path, and that this service may read it");
            return null;
        }

        if (text.StartsWith('/') || text.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            Refuse(variable, $"{subject}is only the name of a file: set {name}_FILE to it");
            return null;
        }

        var (value, refusal) = parse(text);
        if (refusal is not null)
            Refuse(variable, subject + (text[0] == '{' ? refusal : SettingText.Refuse(name, text.ReplaceLineEndings(" ")) ?? refusal));
        return value;
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="otherwise">The number where it is left out.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">The most that it may be.</param>
    /// <param name="wanted">What to set, for the refusal of a number that is out of range.</param>
    public int Number(string name, int otherwise, int least, int most, string wanted)
    {
        var text = Read(name);
        if (text is null)
            return otherwise;
        if (int.TryParse(text, Plain, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Refuse(name, NotANumber(text, whole: true) ?? $"is out of range: {wanted}");
        return otherwise;
    }

    /// <summary>So many a second, fractions allowed; null where it is left out.</summary>
    public double? Rate(string name)
    {
        var text = Read(name);
        if (text is null)
            return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
            && rate is >= 0.001 and <= 100_000)
        {
            return rate;
        }

        Refuse(
            name,
            NotANumber(text, whole: false) ?? "is out of range: set e-mails a second, from 0.001 to 100000, or leave it out for no limit");
        return null;
    }

    /// <summary>True or false, in any of the usual spellings.</summary>
    public bool Flag(string name, bool otherwise, string meaning)
    {
        var text = Read(name);
        if (text is null)
            return otherwise;
        if (_true.Contains(text, StringComparer.OrdinalIgnoreCase))
            return true;
        if (_false.Contains(text, StringComparer.OrdinalIgnoreCase))
            return false;
        Refuse(name, $"is neither true nor false: {meaning}");
        return otherwise;
    }

    /// <summary>A name for EHLO; null where it is left out.</summary>
    public string? HelloName(string name) => Parsed(name, text => Connections.HelloName.IsUsable(text)
        ? null
        : "is neither a host name with a dot nor an address in square brackets: set one, or leave it out");

    /// <summary>One of several words, in any case; the default where it is left out.</summary>
    public string Word(string name, string otherwise, Func<string, string?> refuse) =>
        Parsed(name, refuse)?.ToLowerInvariant() ?? otherwise;

    /// <summary>A value that a parser takes apart; null where it is left out or the parser refuses it.</summary>
    public T? Apart<T>(string name, Func<string, (T? Value, string? Refusal)> parse)
        where T : class
    {
        T? value = null;
        _ = Parsed(name, text =>
        {
            (value, var refusal) = parse(text);
            return refusal;
        });
        return value;
    }

    /// <summary>Says what is wrong with a variable; the first that is said of it stays.</summary>
    public void Refuse(string name, string why) => _invalid.TryAdd(name, why);

    private string? Parsed(string name, Func<string, string?> refuse)
    {
        if (Read(name) is not { } text)
            return null;
        if (refuse(text) is not { } why)
            return text;
        Refuse(name, why);
        return null;
    }

    private string? Read(string name)
    {
        var text = SettingText.Trim(get(name) ?? "");
        if (text.Length == 0)
            return null;
        if (SettingText.Refuse(name, text) is not { } why)
            return text;
        Refuse(name, why);
        return null;
    }

    private static string? NotANumber(string text, bool whole)
    {
        if (text.StartsWith("tcp://", StringComparison.Ordinal))
            return "was made by Kubernetes from a Service of that name: set it yourself, or enableServiceLinks: false";
        if (!double.TryParse(text, Plain, CultureInfo.InvariantCulture, out var number))
            return "is no number";
        return whole && number != Math.Truncate(number) ? "is no whole number" : null;
    }
}
