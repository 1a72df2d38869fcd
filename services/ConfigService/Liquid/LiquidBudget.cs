using System.Diagnostics;
using System.Text;

namespace Mail.ConfigService.Liquid;

/// <summary>What one rendering may still take. Steps are counted, so that the same rendering ends the same way on every machine.</summary>
internal sealed class LiquidBudget
{
    private const int CharactersPerStep = 16;
    private const int StepsPerLook = 4096;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _lookAt = StepsPerLook;

    /// <summary>The steps taken so far.</summary>
    internal long Steps { get; private set; }

    /// <summary>Takes steps.</summary>
    internal void Step(long steps = 1)
    {
        Steps += steps;
        if (Steps > LiquidLimits.MaxSteps)
            throw new LiquidTooCostlyException($"takes more than {LiquidLimits.MaxSteps} steps to render");
        if (Steps < _lookAt)
            return;
        _lookAt = Steps + StepsPerLook;
        if (Stopwatch.GetElapsedTime(_started) > LiquidLimits.MaxTime)
            throw new LiquidTooCostlyException($"takes more than {LiquidLimits.MaxTime.TotalSeconds:0} seconds to render");
    }

    /// <summary>Takes what reading or writing so many characters takes, before they are written.</summary>
    internal void Characters(long count)
    {
        if (count > LiquidLimits.MaxValue)
            throw new LiquidTooCostlyException($"makes a text of more than {LiquidLimits.MaxValue} characters");
        Step(1 + (count / CharactersPerStep));
    }

    /// <summary>Takes what a search takes at the worst.</summary>
    internal void Search(string text, string word) =>
        Step(1 + (text.Length / CharactersPerStep) + ((long)text.Length * word.Length / 4096));

    /// <summary>Appends to an output, if that stays within what it may have.</summary>
    /// <param name="output">The output.</param>
    /// <param name="text">What to append.</param>
    internal void Append(StringBuilder output, string text)
    {
        Characters((long)output.Length + text.Length > LiquidLimits.MaxValue ? long.MaxValue : text.Length);
        output.Append(text);
    }
}
