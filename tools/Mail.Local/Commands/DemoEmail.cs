namespace Mail.Local.Commands;

/// <summary>An e-mail of the demo, and how far it has come.</summary>
internal sealed class DemoEmail(int number, string key, string subject, DateTimeOffset due)
{
    /// <summary>An envelope: a PNG of 48 by 48 pixels, in Base64.</summary>
    internal const string Picture =
        "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAIAAADYYG7QAAAArklEQVR42u3XTQqAIBAFYA/TgTpuFyvaVZskRJ2/lxS8mE0wjp8zGJTWbf9UJI"
        + "IIIogggggKgI77meZlQOTtZNAA03OvJqjIG6O5XnugIhvOqhYXQNVDvNGYHCoQ3NSppgWhxicWMYDirdKsNYPcJuUqD8g6PlOyE6Q/tLWdIZC4"
        + "n2O4UVBrIu4rCQBVBe6bCANVTY4iSBDkgw4GxYMggggiiH+uBBFEEEEE/Rh0AgX4dm1vdP8ZAAAAAElFTkSuQmCC";

    internal int Number => number;

    internal string Key => key;

    internal string Subject => subject;

    internal DateTimeOffset Due => due;

    internal string DueTime { get; } = due.ToLocalTime().ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    internal string Id { get; set; } = "";

    internal string Status { get; set; } = "pending";

    internal double? LatenessMs { get; set; }

    internal bool Arrived { get; set; }

    /// <summary>How often it is in the inbox.</summary>
    internal int Copies { get; set; }

    internal string Lateness => LatenessMs is { } lateness ? FormattableString.Invariant($"{lateness} ms") : "";

    internal string InInbox => Copies switch
    {
        0 => "no",
        1 => "once",
        var copies => $"{copies} times",
    };
}
