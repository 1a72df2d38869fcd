namespace Mail.ConfigService.Liquid;

/// <summary>A rendering that can't go on, for example since it divides by zero.</summary>
/// <param name="message">What is wrong.</param>
#pragma warning disable CA1032, RCS1194 // only ever thrown with a sentence
internal class LiquidException(string message) : Exception(message);

/// <summary>A rendering that takes more than it may, see <see cref="LiquidLimits"/>.</summary>
/// <param name="message">What it has too much of.</param>
internal sealed class LiquidTooCostlyException(string message) : LiquidException(message);
