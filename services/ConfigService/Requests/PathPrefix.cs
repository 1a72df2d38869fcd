using System.Text.RegularExpressions;
using Mail.Hosting;

namespace Mail.ConfigService.Requests;

/// <summary>
/// The path under which a reverse proxy publishes the site: <c>PATH_BASE</c>, or the header <c>X-Forwarded-Prefix</c> where proxies are
/// trusted (<c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>) and <c>PATH_BASE</c> is not set.
/// </summary>
/// <remarks>
/// Not <c>ForwardedHeaders.XForwardedPrefix</c>: it takes any value that begins with a slash, <c>//elsewhere.example</c> too, and expects
/// that every proxy has removed the prefix from the path.
/// </remarks>
internal static partial class PathPrefix
{
    private const string Variable = "PATH_BASE";
    private const string Header = "X-Forwarded-Prefix";
    private const int MaxCharacters = 256;

    // As routes are matched.
    private const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>
    /// What the site itself has at its root. Under a prefix of the same name, nobody could tell a path with it from one without it.
    /// </summary>
    internal static readonly PathString[] Own =
    [
        "/api/v1", "/assets", "/check", "/clients", "/docs", "/emails", "/events", "/everything", "/find-client", "/health", "/metrics",
        "/openapi", "/sign-in", "/sign-out",
    ];

    /// <summary>
    /// Makes the prefix the request's <see cref="HttpRequest.PathBase"/>, whether the proxy has left it in the path or not, and puts it
    /// before each <c>Location</c> on this site.
    /// </summary>
    /// <exception cref="SettingException"><c>PATH_BASE</c> is no path.</exception>
    internal static void UsePathPrefix(this WebApplication app)
    {
        var configured = Configured(app.Configuration[Variable]);
        // As ASP.NET Core reads ASPNETCORE_FORWARDEDHEADERS_ENABLED.
        var trusted = string.Equals(app.Configuration["ForwardedHeaders_Enabled"], "true", StringComparison.OrdinalIgnoreCase);
        if (!configured.HasValue && !trusted)
            return;
        app.Use((context, next) =>
        {
            var prefix = configured.HasValue ? configured : Forwarded(context.Request.Headers[Header].ToString());
            if (prefix.HasValue)
                Apply(context, prefix);
            return next(context);
        });
    }

    /// <summary>The prefix that the variable names, with or without slashes around it; empty where there is none.</summary>
    /// <exception cref="SettingException">It is no path, or one that the site uses itself.</exception>
    internal static PathString Configured(string? value)
    {
        if (value is not { Length: > 0 } || value == "/")
            return default;
        var prefix = Read(value[0] == '/' ? value : "/" + value);
        if (!prefix.HasValue)
        {
            throw new SettingException(
                $"{Variable} is \"{value}\", which is no path: set it to the path that the proxy publishes this service under, such as "
                + "/mail, of A-Z a-z 0-9 . _ ~ - only.");
        }

        return IsOwn(prefix)
            ? throw new SettingException(
                $"{Variable} is \"{value}\", which is a path of this service's own: take another one, such as /mail.")
            : prefix;
    }

    /// <summary>
    /// The prefix that the proxy nearest to this service names; empty where the header has none, or is not a usable path.
    /// </summary>
    internal static PathString Forwarded(string header)
    {
        // Each proxy may append its own value: only the last one comes from a proxy that is known to be there.
        var prefix = Read(header[(header.LastIndexOf(',') + 1)..].Trim());
        return IsOwn(prefix) ? default : prefix;
    }

    private static PathString Read(string text) =>
        text.Length <= MaxCharacters && Path().IsMatch(text) && !text.Split('/').Any(segment => segment is "." or "..")
            ? new(text.TrimEnd('/'))
            : default;

    private static bool IsOwn(PathString prefix) =>
        prefix.HasValue && Array.Exists(Own, own => own.StartsWithSegments(prefix, AnyCase) || prefix.StartsWithSegments(own, AnyCase));

    private static void Apply(HttpContext context, PathString prefix)
    {
        if (context.Request.Path.StartsWithSegments(prefix, AnyCase, out var rest))
            context.Request.Path = rest.HasValue ? rest : "/";
        context.Request.PathBase = prefix;
        context.Response.OnStarting(() =>
        {
            if (context.Response.Headers.Location.ToString() is "/" or ['/', not '/', ..])
                context.Response.Headers.Location = prefix + context.Response.Headers.Location.ToString();
            return Task.CompletedTask;
        });
    }

    [GeneratedRegex(@"^(/[A-Za-z0-9._~\-]+)+/?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Path();
}
