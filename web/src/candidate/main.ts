import "../live/main";
