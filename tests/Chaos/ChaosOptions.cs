using System.Globalization;

namespace Mail.Tests.Chaos;

/// <summary>How to attack.</summary>
/// <param name="Seed">Decides what callers ask for, and which fault comes when.</param>
/// <param name="Length">How long callers and faults go on.</param>
/// <param name="EmailRate">E-mails a second, over all clients.</param>
public sealed record ChaosOptions(int Seed, TimeSpan Length, int EmailRate)
{
    /// <summary>
    /// Whether it also has the faults that take minutes of their own: a million old requests, and a restore of each kind.
    /// </summary>
    public bool Thorough { get; init; } = true;

    /// <summary>The options of a command line; null where it makes no sense.</summary>
    public static ChaosOptions? Parse(IReadOnlyList<string> arguments)
    {
        var (seed, minutes, rate) = (Random.Shared.Next(), 5.0, 20);
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var value = arguments.ElementAtOrDefault(index + 1);
            var understood = arguments[index] switch
            {
                "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                "--minutes" => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out minutes)
                    && minutes is > 0 and <= 600,
                "--email-rate" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out rate) && rate is > 0 and <= 1000,
                _ => false,
            };
            if (!understood)
                return null;
        }

        return new(seed, TimeSpan.FromMinutes(minutes), rate);
    }
}
