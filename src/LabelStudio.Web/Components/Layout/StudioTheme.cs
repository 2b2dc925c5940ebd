using MudBlazor;

namespace LabelStudio.Web.Components.Layout;

/// <summary>MudBlazor's colours and type. The same colours stand as tokens in css/studio.css: change both.</summary>
public static class StudioTheme
{
    private static readonly string[] Fonts = ["Inter", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6e78",
            PrimaryContrastText = "#ffffff",
            Secondary = "#4b5b70",
            Tertiary = "#7d5100",
            Info = "#2a62b8",
            Success = "#1d6a42",
            Warning = "#7d5100",
            Error = "#b3261e",
            Dark = "#1b2430",
            Background = "#f5f6f8",
            BackgroundGray = "#eceef2",
            Surface = "#ffffff",
            TextPrimary = "#1b2430",
            TextSecondary = "#586474",
            TextDisabled = "#8a94a1",
            ActionDefault = "#586474",
            LinesDefault = "#dfe3e8",
            LinesInputs = "#b9c1cb",
            TableLines = "#dfe3e8",
            Divider = "#dfe3e8",
            AppbarBackground = "#ffffff",
            AppbarText = "#1b2430",
            DrawerBackground = "#ffffff",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5cc3cd",
            PrimaryContrastText = "#06272b",
            Secondary = "#a9b6c6",
            SecondaryContrastText = "#12161c",
            Tertiary = "#e0b45c",
            TertiaryContrastText = "#241a05",
            Info = "#82b1f5",
            InfoContrastText = "#0a1c36",
            Success = "#63c58d",
            SuccessContrastText = "#07220f",
            Warning = "#e0b45c",
            WarningContrastText = "#241a05",
            Error = "#f2897f",
            ErrorContrastText = "#330b08",
            Dark = "#2c3540",
            Background = "#12161c",
            BackgroundGray = "#0e1217",
            Surface = "#1a2028",
            TextPrimary = "#e6eaf0",
            TextSecondary = "#9aa7b6",
            TextDisabled = "#647080",
            ActionDefault = "#9aa7b6",
            LinesDefault = "#2c3540",
            LinesInputs = "#46525f",
            TableLines = "#2c3540",
            Divider = "#2c3540",
            AppbarBackground = "#1a2028",
            AppbarText = "#e6eaf0",
            DrawerBackground = "#1a2028",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.9375rem", LineHeight = "1.5", LetterSpacing = "normal" },
            H1 = new H1Typography { FontSize = "1.75rem", FontWeight = "650", LineHeight = "1.25", LetterSpacing = "-0.02em" },
            H2 = new H2Typography { FontSize = "1.5rem", FontWeight = "650", LineHeight = "1.3", LetterSpacing = "-0.015em" },
            H3 = new H3Typography { FontSize = "1.25rem", FontWeight = "630", LineHeight = "1.35", LetterSpacing = "-0.01em" },
            H4 = new H4Typography { FontSize = "1.125rem", FontWeight = "620", LineHeight = "1.4", LetterSpacing = "normal" },
            H5 = new H5Typography { FontSize = "1rem", FontWeight = "620", LineHeight = "1.4", LetterSpacing = "normal" },
            H6 = new H6Typography { FontSize = "1rem", FontWeight = "620", LineHeight = "1.4", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontSize = "0.9375rem", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontSize = "0.875rem", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontSize = "0.875rem", FontWeight = "600", LetterSpacing = "normal", TextTransform = "none" },
            Caption = new CaptionTypography { FontSize = "0.8125rem", LetterSpacing = "normal" },
        },
    };
}
