using System.Buffers;

namespace Mail.ConfigService.Liquid;

/// <summary>White space, and what cannot be seen: e-mails fill the preview of an inbox with it.</summary>
internal static class HtmlBlanks
{
    internal static SearchValues<char> All { get; } = SearchValues.Create(
        " \t\n\v\f\r\u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F"
        + "\u3000\u200B\u200C\u200D\uFEFF\u034F\u00AD");
}
