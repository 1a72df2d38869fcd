using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Mail.ConfigService.Page;

/// <summary>
/// The style sheet, the script and the icon, out of this assembly. Their addresses change with their content, so that browsers may keep
/// them for good.
/// </summary>
internal static class PageAssets
{
    private static readonly FrozenDictionary<string, (byte[] Bytes, string Type, string Version)> _all =
        new[] { ("page.css", "text/css"), ("page.js", "text/javascript"), ("icon.svg", "image/svg+xml") }
            .ToFrozenDictionary(asset => asset.Item1, asset => Load(asset.Item1, asset.Item2), StringComparer.Ordinal);

    /// <summary>Where it is.</summary>
    internal static string PathOf(string name) => $"/assets/{name}?v={_all[name].Version}";

    internal static void Map(IEndpointRouteBuilder app) => app.MapGet("/assets/{name}", (string name, HttpContext context) =>
    {
        if (!_all.TryGetValue(name, out var asset))
            return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(asset.Bytes, $"{asset.Type}; charset=utf-8");
    }).ExcludeFromDescription();

    private static (byte[] Bytes, string Type, string Version) Load(string name, string type)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"Mail.ConfigService.Page.Assets.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return (bytes, type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }
}
