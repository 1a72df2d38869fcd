using System.Globalization;

namespace Mail.SenderService.Smtp;

/// <summary>Reads environment variables, and remembers the names of those that can't be read.</summary>
internal sealed class Variables(Func<string, string?> get)
{
    private readonly List<string> _invalid = [];

    public IReadOnlyList<string> Invalid => _invalid;

    public string Text(string name) => get(name)?.Trim() ?? "";

    /// <summary>Not trimmed: a password may begin or end with a space.</summary>
    public string Secret(string name) => get(name) ?? "";

    public int Number(string name, int otherwise, int least, int most)
    {
        var text = Text(name);
        if (text.Length == 0)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        _invalid.Add(name);
        return otherwise;
    }

    /// <summary>So many a second, fractions allowed; null where it is left out.</summary>
    public double? Rate(string name)
    {
        var text = Text(name);
        if (text.Length == 0)
            return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is >= 0.001 and <= 100_000)
            return rate;
        _invalid.Add(name);
        return null;
    }

    public bool Flag(string name, bool otherwise)
    {
        switch (Text(name).ToUpperInvariant())
        {
            case "":
                return otherwise;
            case "TRUE" or "1" or "YES" or "ON":
                return true;
            case "FALSE" or "0" or "NO" or "OFF":
                return false;
            default:
                _invalid.Add(name);
                return otherwise;
        }
    }

    /// <summary>A name for EHLO; null where it is left out.</summary>
    public string? HelloName(string name)
    {
        var text = Text(name);
        if (text.Length == 0)
            return null;
        if (Smtp.HelloName.IsUsable(text))
            return text;
        _invalid.Add(name);
        return null;
    }

    /// <summary>One of the choices, in any case; the first where it is left out.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> choices)
    {
        var text = Text(name);
        foreach (var choice in choices)
        {
            if (choice.Equals(text, StringComparison.OrdinalIgnoreCase))
                return choice;
        }

        if (text.Length > 0)
            _invalid.Add(name);
        return choices[0];
    }
}
