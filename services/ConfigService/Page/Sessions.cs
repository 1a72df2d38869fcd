using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mail.ConfigService.Access;
using CookieHeaderValue = Microsoft.Net.Http.Headers.CookieHeaderValue;

namespace Mail.ConfigService.Page;

/// <summary>
/// Who is signed in at the page: a sealed cookie that names a key, until when, and nothing else. Every instance can read it, and
/// none has to remember it; the key itself is looked up at each request, so that revoking it ends its sessions at once.
/// </summary>
/// <remarks>
/// Not ASP.NET's cookie authentication: its Data Protection wants a key ring that all instances share and that outlives them, and
/// what is needed here is one HMAC (RFC 2104) under a key that they share already.
/// </remarks>
internal sealed class Sessions(OperatorKey operatorKey, Authentication authentication, TimeProvider time)
{
    internal const string Cookie = "mail_session";

    private const int Sealed = 16 + 8 + 16;
    private static readonly TimeSpan _length = TimeSpan.FromHours(12);

    /// <summary>A session: who, and the token that its forms carry.</summary>
    internal sealed record Session(Caller Caller, string FormToken);

    /// <summary>Signs the bearer of the key in.</summary>
    internal async Task SignInAsync(string key, HttpContext context)
    {
        var caller = await authentication.CallerAsync(key, context);
        var bytes = new byte[Sealed + SHA256.HashSizeInBytes];
        caller.KeyId.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), (time.GetUtcNow() + _length).ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(bytes.AsSpan(24, 16));
        HMACSHA256.HashData(operatorKey.SessionKey, bytes.AsSpan(0, Sealed), bytes.AsSpan(Sealed));
        context.Response.Cookies.Append(Cookie, Base64Url.EncodeToString(bytes), Options(context, _length));
    }

    /// <summary>Takes the cookie away.</summary>
    internal static void SignOut(HttpContext context) => context.Response.Cookies.Delete(Cookie, Options(context, maxAge: null));

    /// <summary>The session of this request; null where it has none or it has ended.</summary>
    internal async Task<Session?> ReadAsync(HttpContext context)
    {
        // A site above this one's path may be another installation, and its cookie of the same name comes too.
        if (!CookieHeaderValue.TryParseList(context.Request.Headers.Cookie, out var cookies))
            return null;
        foreach (var cookie in cookies.Where(cookie => cookie.Name == Cookie))
        {
            if (await ReadAsync(cookie.Value.ToString(), context) is { } session)
                return session;
        }

        return null;
    }

    private async Task<Session?> ReadAsync(string cookie, HttpContext context)
    {
        var bytes = new byte[Sealed + SHA256.HashSizeInBytes];
        // TryDecodeFromChars throws on what is no base64url.
        if (cookie.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.IsValid(cookie)
            || !Base64Url.TryDecodeFromChars(cookie, bytes, out var written) || written != bytes.Length)
        {
            return null;
        }

        if (!CryptographicOperations.FixedTimeEquals(
            HMACSHA256.HashData(operatorKey.SessionKey, bytes.AsSpan(0, Sealed)), bytes.AsSpan(Sealed)))
        {
            return null;
        }

        if (BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(16)) <= time.GetUtcNow().ToUnixTimeSeconds())
            return null;
        var caller = await authentication.CallerAsync(new Guid(bytes.AsSpan(0, 16)), context.RequestAborted);
        return caller is null ? null : new(caller, FormTokenOf(cookie));
    }

    /// <summary>Refuses a form that was not served to this session: the cookie alone comes with any request of the browser.</summary>
    internal static async Task<bool> IsOwnFormAsync(Session session, HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(form["_token"].ToString()), Encoding.UTF8.GetBytes(session.FormToken));
    }

    // Bound to the session, and of no use as a cookie.
    private string FormTokenOf(string cookie) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(operatorKey.SessionKey, Encoding.UTF8.GetBytes($"form/{cookie}")));

    // Behind a proxy that ends TLS the header says what the browser sees; a forged one only takes the cookie from its forger.
    private static CookieOptions Options(HttpContext context, TimeSpan? maxAge) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps
            || context.Request.Headers["X-Forwarded-Proto"].ToString().StartsWith("https", StringComparison.OrdinalIgnoreCase),
        Path = context.Request.PathBase is { HasValue: true } prefix ? prefix.Value : "/",
        MaxAge = maxAge,
        IsEssential = true,
    };
}
