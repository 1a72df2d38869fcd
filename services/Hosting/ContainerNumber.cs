using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Mail.Hosting;

/// <summary>
/// The number of this container among those of its service in Docker compose: 2 for <c>mail-senderservice-2</c>. Compose tells a container
/// neither its number nor its name (https://github.com/docker/compose/issues/9153), but Docker's name server answers which container has an
/// address (RFC 1035 section 3.5). The system's resolver is of no use for that: <c>/etc/hosts</c> says the container's id.
/// </summary>
internal static partial class ContainerNumber
{
    private const int HeaderBytes = 12;
    private const ushort Pointer = 12;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    // Of every network that compose makes (https://docs.docker.com/engine/network/#dns-services).
    private static readonly IPEndPoint _docker = new(IPAddress.Parse("127.0.0.11"), 53);

    private static readonly Lazy<int?> _own =
        new(() => OwnAddresses().Select(address => NumberIn(NameOf(address, _docker))).FirstOrDefault(number => number is not null));

    /// <summary>This container's; null where this is no container of compose.</summary>
    internal static int? Own => _own.Value;

    /// <summary>The number at the end of a container's name; null where it does not look like one that compose gives.</summary>
    internal static int? NumberIn(string? container) =>
        container is not null && Numbered().Match(container) is { Success: true } match
            ? int.Parse(match.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;

    /// <summary>The first part of the name that the server has for an address; null where it has none, or does not answer.</summary>
    internal static string? NameOf(IPAddress address, IPEndPoint server)
    {
        var question = Question(address);
        var answer = new byte[512];
        try
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
            {
                ReceiveTimeout = (int)_patience.TotalMilliseconds,
            };
            // Answers of others do not get through then.
            socket.Connect(server);
            socket.Send(question);
            return FirstLabel(answer.AsSpan(0, socket.Receive(answer)), question);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static IEnumerable<IPAddress> OwnAddresses() =>
        from network in NetworkInterface.GetAllNetworkInterfaces()
        where network.NetworkInterfaceType != NetworkInterfaceType.Loopback
        from own in network.GetIPProperties().UnicastAddresses
        where own.Address.AddressFamily == AddressFamily.InterNetwork
        select own.Address;

    private static byte[] Question(IPAddress address)
    {
        string[] labels =
            [.. address.GetAddressBytes().Reverse().Select(part => part.ToString(CultureInfo.InvariantCulture)), "in-addr", "arpa"];
        return
        [
            .. RandomNumberGenerator.GetBytes(2), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
            .. labels.SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0,
            0, (byte)Pointer, 0, 1,
        ];
    }

    // An answer repeats the question (section 4.1), and what follows begins with the name that was asked for, in whole or as a pointer.
    private static string? FirstLabel(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question)
    {
        const int FixedBytes = 10;
        if (answer.Length < question.Length || !answer[..2].SequenceEqual(question[..2]) || (answer[3] & 0xF) != 0
            || BinaryPrimitives.ReadUInt16BigEndian(answer[6..]) == 0)
        {
            return null;
        }

        var record = answer[question.Length..];
        record = record[Math.Min(record.Length, record is [>= 0xC0, ..] ? 2 : question.Length - HeaderBytes - 4)..];
        if (record.Length <= FixedBytes || BinaryPrimitives.ReadUInt16BigEndian(record) != Pointer)
            return null;
        var length = record[FixedBytes];
        return length is > 0 and < 64 && record.Length > FixedBytes + length
            ? Encoding.ASCII.GetString(record.Slice(FixedBytes + 1, length))
            : null;
    }

    // project-service-2. A one-off container ends with an id, and one that something else than compose named may end with a time.
    [GeneratedRegex("^.+-(?<number>[1-9][0-9]{0,2})$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Numbered();
}
