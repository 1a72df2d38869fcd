using Mail.ConfigService.Access;
using Microsoft.AspNetCore.Components;

namespace Mail.ConfigService.Page;

/// <summary>The person who views a page, and the page's address.</summary>
/// <param name="Caller">The caller that the session belongs to.</param>
/// <param name="FormToken">What this session's forms carry.</param>
/// <param name="Path">The page's own address: what a live page asks for again.</param>
public sealed record Viewer(Caller Caller, string FormToken, string Path)
{
    private const string ZoneCookie = "mail_zone";

    /// <summary>The viewer's zone, which the script has told; UTC without one.</summary>
    internal static TimeZoneInfo ZoneOf(HttpContext context) =>
        context.Request.Cookies[ZoneCookie] is { Length: > 0 and < 64 } name
        && TimeZoneInfo.TryFindSystemTimeZoneById(Uri.UnescapeDataString(name), out var zone)
            ? zone
            : TimeZoneInfo.Utc;

    /// <summary>The viewer of this request.</summary>
    internal static Viewer From(HttpContext context) =>
        context.Features.Get<Viewer>() ?? throw new InvalidOperationException("This page was reached without a session.");
}

/// <summary>What every page for someone who is signed in has.</summary>
public abstract class PageComponent : ComponentBase
{
    [Parameter, EditorRequired]
    public Viewer Viewer { get; set; } = null!;
}
