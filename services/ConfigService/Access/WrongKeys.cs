using System.Collections.Concurrent;
using System.Net;

namespace Mail.ConfigService.Access;

/// <summary>
/// Slows down whoever guesses keys: after ten wrong ones in a minute an address is answered 429 for a while. A right key
/// is never asked how often it was wrong before, so nobody is locked out by a neighbour behind the same address.
/// </summary>
internal sealed class WrongKeys(TimeProvider time)
{
    private const int Free = 10;
    private const int MaxAddresses = 10_000;
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, (int Count, DateTimeOffset Since)> _byAddress = new();

    /// <summary>Counts a wrong key. Returns for how many seconds to stay away; null while it is not too many.</summary>
    internal int? Count(IPAddress? address)
    {
        var now = time.GetUtcNow();
        if (_byAddress.Count > MaxAddresses)
            Forget(now);
        var (count, since) = _byAddress.AddOrUpdate(
            Block(address),
            _ => (1, now),
            (_, seen) => now - seen.Since > _window ? (1, now) : (seen.Count + 1, seen.Since));
        return count <= Free ? null : (int)Math.Ceiling((since + _window - now).TotalSeconds);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (address, seen) in _byAddress)
        {
            if (now - seen.Since > _window)
                _byAddress.TryRemove(address, out _);
        }

        // More addresses than that within a minute are an attack on this table, and start over.
        if (_byAddress.Count > MaxAddresses)
            _byAddress.Clear();
    }

    /// <summary>An IPv6 host commands a whole /64.</summary>
    private static IPAddress Block(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }
}
