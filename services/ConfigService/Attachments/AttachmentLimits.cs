using System.Collections.Frozen;
using System.Globalization;
using Mail.Hosting;

namespace Mail.ConfigService.Attachments;

/// <summary>What an e-mail may carry.</summary>
/// <param name="MaxMessageBytes"><c>MAX_MESSAGE_MIB</c> in bytes: how large a message may be, its encodings and all.</param>
/// <param name="BlockedTypes"><c>BLOCKED_FILE_TYPES</c>: endings of file names, without the dot and in lower case, that are
/// refused.</param>
internal sealed record AttachmentLimits(long MaxMessageBytes, FrozenSet<string> BlockedTypes)
{
    /// <summary>How many attachments an e-mail may have.</summary>
    internal const int MaxCount = 20;

    private const string MessageVariable = "MAX_MESSAGE_MIB";
    private const string TypesVariable = "BLOCKED_FILE_TYPES";
    private const int DefaultMessageMib = 25;
    private const int MaxMessageMib = 150;

    // What runs on a double click, and what mail servers refuse for it.
    private const string DefaultTypes = "exe com bat cmd scr pif cpl msi msp hta lnk jar js jse vbs vbe wsf wsh reg ps1";

    /// <summary>Where neither variable is set.</summary>
    internal static AttachmentLimits Default { get; } = new(DefaultMessageMib * 1024L * 1024, TypesOf(DefaultTypes));

    /// <summary>Reads the variables.</summary>
    /// <exception cref="SettingException">One can't be used.</exception>
    internal static AttachmentLimits From(IConfiguration configuration) => new(
        MessageMib(configuration[MessageVariable]) * 1024L * 1024,
        configuration[TypesVariable] is { Length: > 0 } types ? TypesOf(types) : Default.BlockedTypes);

    private static int MessageMib(string? text) => text switch
    {
        null or "" => DefaultMessageMib,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mib) && mib is > 0 and <= MaxMessageMib => mib,
        _ => throw new SettingException(
            $"{MessageVariable} is \"{text}\": set it to a whole number of MiB from 1 to {MaxMessageMib}, or leave it out."),
    };

    // "none" for a list without entries, since an empty variable counts as not set.
    private static FrozenSet<string> TypesOf(string list)
    {
        var types = list.Split([' ', ',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(type => type.TrimStart('.').ToLowerInvariant()).Where(type => type != "none")
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        return types.FirstOrDefault(type => !type.All(char.IsLetterOrDigit)) is { } odd
            ? throw new SettingException(
                $"{TypesVariable} has \"{odd}\": list endings of file names such as exe, separated by blanks or commas; or write none.")
            : types;
    }
}
