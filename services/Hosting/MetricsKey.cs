using System.Security.Cryptography;
using System.Text;

namespace Mail.Hosting;

/// <summary>
/// The key for <c>/metrics</c>, <c>METRICS_KEY</c>, which a scraper sends as <c>Authorization: Bearer KEY</c>. Without one, <c>/metrics</c>
/// is open.
/// </summary>
internal sealed class MetricsKey
{
    private const string Variable = "METRICS_KEY";
    private const string Scheme = "Bearer ";
    private const int MinCharacters = 20;

    private readonly byte[] _hash;

    private MetricsKey(string key) => _hash = Hash(key);

    /// <summary>The key; null where none is set.</summary>
    /// <exception cref="SettingException">It is short enough to be guessed.</exception>
    internal static MetricsKey? From(IConfiguration configuration) => configuration[Variable] switch
    {
        null or "" => null,
        { Length: < MinCharacters } => throw new SettingException(
            $"{Variable} is too short: set it to a random secret of at least {MinCharacters} characters, for example from \"openssl rand "
            + "-hex 32\", or leave it out."),
        var key => new(key),
    };

    /// <summary>Answers requests without the key with 401, and lets the others through.</summary>
    internal void Guard(IApplicationBuilder metrics) =>
        metrics.Use((context, next) => IsIn(context.Request) ? next(context) : RefuseAsync(context.Response));

    /// <summary>Whether the request has the key.</summary>
    internal bool IsIn(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(authorization[Scheme.Length..].Trim()), _hash);
    }

    private static Task RefuseAsync(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.WWWAuthenticate = Scheme.Trim();
        return response.WriteAsJsonAsync(
            new
            {
                status = response.StatusCode,
                title = "Unauthorized",
                code = "unauthorized",
                detail = $"The metrics need a key: send Authorization: Bearer KEY, with the value of {Variable}.",
            },
            options: null,
            contentType: "application/problem+json");
    }

    // Hashes have one length, whatever is sent.
    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
