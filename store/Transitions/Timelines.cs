using System.Globalization;

namespace Mail.Store;

/// <summary>
/// How a line comes into a timeline, which stays small however often its e-mail is moved: the first line, and the last hundred.
/// </summary>
internal static class Timelines
{
    /// <summary>How many of the last lines are kept.</summary>
    internal const int Last = 100;

    private const string Lines = "(e.data->'timeline')";

    // With the new lines it may be longer than it should be by one. An earlier version's may be longer by far.
    private static readonly string _lastLines =
        string.Create(CultureInfo.InvariantCulture, $"jsonb_path_query_array({Lines}, '$[last-{Last - 2} to last]')");
    private static readonly string _leftOut = string.Create(
        CultureInfo.InvariantCulture, $"coalesce((e.data->>'timeline_left_out')::int, 0) + jsonb_array_length({Lines}) - {Last}");

    /// <summary>The fields of the e-mail <c>e</c> that change when its timeline gains lines, as an expression.</summary>
    /// <param name="added">The lines, as an expression: an array.</param>
    internal static string With(string added) => string.Create(CultureInfo.InvariantCulture, $"""
        case when jsonb_array_length({Lines}) <= {Last} then jsonb_build_object('timeline', {Lines} || {added})
            else jsonb_build_object('timeline', jsonb_build_array({Lines}->0) || {_lastLines} || {added}, 'timeline_left_out',
                {_leftOut}) end
        """);
}
