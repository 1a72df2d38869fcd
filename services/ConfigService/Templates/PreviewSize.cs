using Mail.ConfigService.Liquid;
using MimeKit;
using MimeKit.IO;

namespace Mail.ConfigService.Templates;

/// <summary>How large a message is, but for its recipients and the headers that are set at its sending.</summary>
internal static class PreviewSize
{
    internal static long Measure(Template.Rendered rendered)
    {
        using var message = new MimeMessage { Subject = rendered.Subject };
        var builder = new BodyBuilder { TextBody = rendered.Text, HtmlBody = rendered.Html };
        message.Body = builder.ToMessageBody();
        using var measure = new MeasuringStream();
        message.WriteTo(measure);
        return measure.Length;
    }
}
