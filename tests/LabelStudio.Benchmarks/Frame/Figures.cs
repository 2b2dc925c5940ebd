using System.Text.Json;
using System.Text.Json.Nodes;

namespace LabelStudio.Benchmarks.Frame;

/// <summary>The figures of a case, in order, as one line of JSON. Every name says its unit.</summary>
internal sealed class Figures
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = false };
    private readonly JsonObject _values = [];

    /// <summary>Adds a figure, rounded to six significant digits; JSON knows no infinity, so that becomes null.</summary>
    public Figures Add(string name, double value)
    {
        _values.Add(name, double.IsFinite(value) ? Round(value) : null);
        return this;
    }

    /// <summary>Adds a count.</summary>
    public Figures Add(string name, long value)
    {
        _values.Add(name, value);
        return this;
    }

    /// <summary>Adds a word, such as the name of a device.</summary>
    public Figures Add(string name, string value)
    {
        _values.Add(name, value);
        return this;
    }

    /// <summary>The line to print.</summary>
    public string ToJson() => _values.ToJsonString(s_json);

    private static double Round(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        var digits = 5 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits is >= 0 and <= 15 ? Math.Round(value, digits) : value;
    }
}
