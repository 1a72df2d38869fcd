using System.Diagnostics;
using Mail.ConfigService.Liquid;

namespace Mail.ConfigService.Rendering;

/// <summary>What the renderings of one request take together: a small request may ask for ten thousand large e-mails.</summary>
internal sealed class RenderedTotal
{
    /// <summary>Steps, about five seconds of them.</summary>
    private const long MaxSteps = 200_000_000;

    /// <summary>Characters of all that is rendered, 512 Mi.</summary>
    private const long MaxCharacters = 512L * 1024 * 1024;

    // Steps differ in what they take.
    private static readonly TimeSpan _maxTime = TimeSpan.FromMinutes(1);

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _steps;
    private long _characters;

    /// <summary>Adds a rendering.</summary>
    /// <exception cref="LiquidTooCostlyException">They are too much.</exception>
    internal void Add(Template.Rendered rendered)
    {
        _steps += rendered.Steps;
        _characters += rendered.Subject.Length + (rendered.Html?.Length ?? 0) + (rendered.Text?.Length ?? 0);
        if (_steps > MaxSteps || _characters > MaxCharacters || Stopwatch.GetElapsedTime(_started) > _maxTime)
            throw new LiquidTooCostlyException("takes too much together with the e-mails before it: save fewer at once");
    }
}
