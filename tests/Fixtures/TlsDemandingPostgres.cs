using System.Buffers.Binary;
using System.Net.Security;
using System.Text;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Fixtures;

/// <summary>
/// What a PostgreSQL server that demands TLS says to somebody with a wrong password (protocol 3.0): with TLS that it is wrong, and without
/// that nobody may come so.
/// </summary>
public sealed class TlsDemandingPostgres : IAsyncDisposable
{
    private const int SslRequest = 80877103;

    private readonly LoopbackListener _listener = new((client, _) => AnswerAsync(client.GetStream()));

    /// <summary>An Npgsql connection string, which leaves the SSL mode out.</summary>
    public string Address => $"Host=127.0.0.1;Port={_listener.Port};Database=mail;Username=mail;Password=wrong";

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static async Task AnswerAsync(Stream plain)
    {
        if (await ReadAsync(plain) != SslRequest)
        {
            await RefuseAsync(
                plain, "28000", "no pg_hba.conf entry for host \"127.0.0.1\", user \"mail\", database \"mail\", no encryption");
            return;
        }

        await plain.WriteAsync("S"u8.ToArray());
        await using var encrypted = new SslStream(plain);
        await encrypted.AuthenticateAsServerAsync(TestCertificate.Server);
        await ReadAsync(encrypted);
        await RefuseAsync(encrypted, "28P01", "password authentication failed for user \"mail\"");
    }

    // The length, the code of the request or the protocol's version, and what belongs to it.
    private static async Task<int> ReadAsync(Stream stream)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - length.Length];
        await stream.ReadExactlyAsync(rest);
        return BinaryPrimitives.ReadInt32BigEndian(rest);
    }

    private static async Task RefuseAsync(Stream stream, string code, string message)
    {
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{code}\0M{message}\0\0");
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, length.Length + fields.Length);
        await stream.WriteAsync((byte[])[(byte)'E', .. length, .. fields]);
    }
}
