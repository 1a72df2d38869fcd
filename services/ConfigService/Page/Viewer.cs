using Mail.ConfigService.Access;
using Microsoft.AspNetCore.Components;

namespace Mail.ConfigService.Page;

/// <summary>The person who views a page, and the page's address.</summary>
/// <param name="Caller">The caller that the session belongs to.</param>
/// <param name="FormToken">What this session's forms carry.</param>
/// <param name="Path">The page's own address: what a live page asks for again.</param>
public sealed record Viewer(Caller Caller, string FormToken, string Path)
{
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
